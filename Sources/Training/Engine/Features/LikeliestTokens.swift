internal import Autodiff
internal import DraftData
internal import Models

/// The target's likeliest tokens after each token of a document, from its final states and its head.
final class LikeliestTokens {
  private let count: Int
  private let executor: Executor
  private let states: Tensor
  private let logits: Tensor
  private var values: [Float]
  private var rows: [Float]
  /// The plan knows only where the head lies.
  private let target: LanguageModel

  /// Logits exist for so many rows at a time.
  private static let chunk = 64

  /// - Parameter count: k, entries for each token.
  init(_ target: LanguageModel, count: Int, on backend: any Backend) {
    var g = Graph()
    states = g.input([Self.chunk, target.configuration.hiddenSize])
    logits = g.linear(states, g.parameter(target.head))
    executor = Executor(Plan(g, outputs: [logits], training: false, on: backend), on: backend)
    values = [Float](repeating: 0, count: logits.shape.count)
    rows = [Float](repeating: 0, count: states.shape.count)
    (self.count, self.target) = (count, target)
  }

  /// The rows of a document as a corpus aligns them: row i + 1 comes from the state after token i, and row 0 is empty.
  ///
  /// - Parameter final: the states after the final norm, [tokens, width].
  func teacher(of final: ArraySlice<Float>) -> CorpusDocument.Teacher {
    let width = states.shape.columns
    let tokens = final.count / width
    var teacher = CorpusDocument.Teacher(
      indices: [Int32](repeating: -1, count: tokens * count),
      logProbabilities: [Float](repeating: 0, count: tokens * count))
    for start in stride(from: 0, to: tokens - 1, by: Self.chunk) {
      let end = min(start + Self.chunk, tokens - 1)
      let part = final[final.startIndex + start * width..<final.startIndex + end * width]
      rows.replaceSubrange(0..<part.count, with: part)
      executor.write(rows, to: states)
      executor.forward()
      executor.read(logits, into: &values)
      let size = logits.shape.columns
      for row in 0..<end - start {
        let best = TopTokens.of(values[row * size..<(row + 1) * size], count: count)
        for (entry, token) in best.enumerated() {
          teacher.indices[(start + row + 1) * count + entry] = token.id
          teacher.logProbabilities[(start + row + 1) * count + entry] = token.logProbability
        }
      }
    }
    return teacher
  }
}
