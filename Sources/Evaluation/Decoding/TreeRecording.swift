/// Of which prompts the trees of a run are kept.
package enum TreeRecording: Sendable, Hashable {
  case none
  case all
  /// Of these, by their index.
  case prompts(Set<Int>)

  func keeps(_ prompt: Int) -> Bool {
    switch self {
    case .none: false
    case .all: true
    case .prompts(let kept): kept.contains(prompt)
    }
  }
}
