/// What a model wrote after a prompt.
package struct Completion: Sendable, Hashable {
  /// Why the text ends.
  package enum Ending: String, Sendable, Hashable, Codable {
    /// An end-of-sequence token was chosen; it is the last of `tokens`.
    case endOfSequence = "end_of_sequence"
    /// The request asked for no more.
    case tokenLimit = "token_limit"
    /// The model's cache is full.
    case capacity
  }

  /// The new tokens, without the prompt.
  package let tokens: [Int32]
  /// Why there are no more.
  package let ending: Ending

  /// A completion with its parts.
  package init(tokens: [Int32], ending: Ending) {
    self.tokens = tokens
    self.ending = ending
  }
}
