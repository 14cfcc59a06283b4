package import Autodiff
internal import DraftData
internal import FileSystem
package import Models

/// `pacer score`: the log-probability of every token of a text, and what the model would rather have read.
package struct ScoreRequest {
  private let model: LanguageModel
  private let backend: CPUBackend
  /// Alternatives listed per position.
  private static let alternatives = 5
  /// Rows of one forward pass.
  private static let chunk = 256

  /// Scores with a loaded model.
  package init(_ model: LanguageModel, on backend: CPUBackend) {
    self.model = model
    self.backend = backend
  }

  /// The score of one position: nothing is known of the first.
  package struct Position: Sendable {
    package let token: Int32
    /// Natural logarithm; nil at the start.
    package let logProbability: Float?
    /// The most likely tokens at this position, most likely first; empty at the start.
    package let top: [TopTokens.Entry]
  }

  /// Scores tokens as they are: no begin token is added.
  ///
  /// - Throws: `InputError` for an empty list, an id outside the vocabulary, or more tokens than positions.
  package func run(_ tokens: [Int32]) throws -> (positions: [Position], next: [TopTokens.Entry]) {
    try check(tokens)
    let decoder = CachedDecoder(model, on: backend, lines: 1, capacity: tokens.count)
    var positions = [Position(token: tokens[0], logProbability: nil, top: [])]
    var next: [TopTokens.Entry] = []
    for start in stride(from: 0, to: tokens.count, by: Self.chunk) {
      let rows = start..<min(start + Self.chunk, tokens.count)
      decoder.forward(
        tokens: Array(tokens[rows]), sequences: rows.map { _ in 0 }, positions: rows.map { Int32($0) },
        outputs: Array(0..<rows.count))
      for row in rows {
        decoder.withLogits(of: row - start) { logits in
          let top = TopTokens.of(logits, count: Self.alternatives)
          guard row + 1 < tokens.count else { return next = top }
          let own = TopTokens.logProbability(of: tokens[row + 1], in: logits)
          positions.append(Position(token: tokens[row + 1], logProbability: own, top: top))
        }
      }
    }
    return (positions, next)
  }

  private func check(_ tokens: [Int32]) throws {
    let size = model.configuration.vocabularySize
    guard !tokens.isEmpty else { throw InputError(.usage, key: "tokens", found: "there are none to score") }
    guard model.configuration.draftVocabulary == nil else {
      throw InputError(
        .usage,
        found:
          "the head proposes \(model.configuration.headRowCount) of \(size) tokens: others have no probability",
        expected: "a model with a whole head")
    }
    if let wrong = tokens.firstIndex(where: { $0 < 0 || Int($0) >= size }) {
      throw InputError(
        .usage, key: "tokens[\(wrong)]", found: "found \(tokens[wrong])",
        expected: "an id from 0 to \(size - 1)")
    }
    guard tokens.count <= model.rotary.positionCount else {
      throw InputError(
        .usage, key: "tokens", found: "found \(tokens.count) tokens",
        expected: "at most the model's \(model.rotary.positionCount)")
    }
  }
}
