/// A held-out text of which the first tokens are continued.
package struct EvaluationPrompt: Sendable, Hashable {
  /// The text in the target's tokens, with a start token where the target expects one.
  package let tokens: [Int32]
  /// What kind of text it is, or nil.
  package let domain: String?

  /// A prompt with its parts.
  package init(tokens: [Int32], domain: String? = nil) {
    self.tokens = tokens
    self.domain = domain
  }
}
