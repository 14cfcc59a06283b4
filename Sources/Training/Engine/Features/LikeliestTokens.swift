internal import Autodiff
internal import DraftData
internal import Models

/// The target's likeliest tokens after each token of a document, from its final states and its head.
final class LikeliestTokens {
  private let count: Int
  private let width: Int
  private let head: HeadRows

  /// Logits exist for so many rows at a time.
  private static let chunk = 64

  /// - Parameter count: k, entries for each token.
  init(_ target: LanguageModel, count: Int, on backend: any Backend) {
    (self.count, width) = (count, target.configuration.hiddenSize)
    head = HeadRows(target.head, of: target, rowLimit: Self.chunk, normalizing: false, on: backend)
  }

  /// The rows of a document as a corpus aligns them: row i + 1 comes from the state after token i, and row 0 is empty.
  ///
  /// - Parameter final: the states after the final norm, [tokens, width].
  func teacher(of final: ArraySlice<Float>) -> CorpusDocument.Teacher {
    let tokens = final.count / width
    var teacher = CorpusDocument.Teacher(
      indices: [Int32](repeating: -1, count: tokens * count),
      logProbabilities: [Float](repeating: 0, count: tokens * count))
    for start in stride(from: 0, to: tokens - 1, by: Self.chunk) {
      let end = min(start + Self.chunk, tokens - 1)
      head.read(final[final.startIndex + start * width..<final.startIndex + end * width])
      for row in 0..<end - start {
        let best = TopTokens.of(head[row], count: count)
        for (entry, token) in best.enumerated() {
          teacher.indices[(start + row + 1) * count + entry] = token.id
          teacher.logProbabilities[(start + row + 1) * count + entry] = token.logProbability
        }
      }
    }
    return teacher
  }
}
