/// What a server wrote, in the run's own tokens.
package struct AlignedText: Sendable, Equatable {
  /// Why a text cannot be trusted to be the very tokens that the server's model wrote.
  package enum Misalignment: String, Sendable, CaseIterable {
    /// The server read another prompt than the corpus would hold.
    case prompt
    /// Its tokens are others than those that our tokenizer makes of the text, and cannot be told one by one.
    case tokens
    /// Its ids, or ours, do not stand for its text.
    case text
    /// It ends inside a character, or says another number of tokens than ours.
    case length

    /// In words.
    package var explanation: String {
      switch self {
      case .prompt: "the server counted or named other prompt tokens than ours"
      case .tokens: "the server's tokens are not those of our tokenizer"
      case .text: "the tokens do not stand for the server's text"
      case .length: "the server counted another number of tokens"
      }
    }
  }

  /// The completion's ids, with the token that ended it where one did. Empty: there is no way to write the text.
  package var tokens: [Int32]
  /// The teacher's ids for every token of `tokens` [n, k], -1 where fewer are known; nil where nothing is known.
  package var indices: [Int32]?
  /// Natural log-probabilities [n, k].
  package var logProbabilities: [Float]?
  /// Nil for a text that is certain.
  package var trouble: Misalignment?
}
