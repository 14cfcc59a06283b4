/// One of the hidden states that a target has at every token.
package enum FeatureState: Sendable, Hashable, CustomStringConvertible {
  /// After the final norm: what the head multiplies.
  case final
  /// The residual stream where so many layers have been applied; 0 is the embedding.
  case residual(layersApplied: Int)

  /// Names a place by both rules that engines number it by, so that nobody is one off.
  package var description: String {
    switch self {
    case .final: "the state after the final norm"
    case .residual(let count): "the residual after \(count) layers (\(Self.origin(count)))"
    }
  }

  private static func origin(_ count: Int) -> String {
    count == 0 ? "the embedding" : "what comes out of layer \(count - 1), counted from 0"
  }

  /// Final first, then by layers applied.
  package static func sorted(_ states: some Sequence<FeatureState>) -> [FeatureState] {
    Array(Set(states)).sorted { $0.layersApplied < $1.layersApplied }
  }

  /// How many layers have been applied; -1 stands for the state after the final norm.
  private var layersApplied: Int {
    switch self {
    case .final: -1
    case .residual(let count): count
    }
  }
}
