internal import DraftData
internal import Evaluation

/// Keeps the k most likely tokens, with their log-probabilities, of every token that the target writes.
struct TeacherRecorder {
  private let entryCount: Int
  private var indices: [[Int32]]
  private var logProbabilities: [[Float]]
  private var logits: [Float] = []

  init(entryCount: Int, requestCount: Int) {
    self.entryCount = entryCount
    indices = [[Int32]](repeating: [], count: entryCount == 0 ? 0 : requestCount)
    logProbabilities = [[Float]](repeating: [], count: indices.count)
  }

  /// Notes the distribution that a token was drawn from, at temperature 1.
  mutating func record<Model: SequenceModel>(_ choice: Generator<Model>.Choice) throws {
    let size = choice.model.vocabularySize
    if logits.count != size { logits = [Float](repeating: 0, count: size) }
    choice.model.copyLogits(output: choice.output, into: &logits)
    let best = TopTokens.of(logits[...], count: entryCount)
    indices[choice.request] += best.map(\.id)
    logProbabilities[choice.request] += best.map(\.logProbability)
    let missing = entryCount - best.count
    indices[choice.request] += [Int32](repeating: -1, count: missing)
    logProbabilities[choice.request] += [Float](repeating: 0, count: missing)
  }

  /// The rows of a text; prompt tokens were not drawn and have none.
  func teacher(of request: Int, promptLength: Int) -> CorpusDocument.Teacher? {
    guard entryCount > 0 else { return nil }
    let given = promptLength * entryCount
    return CorpusDocument.Teacher(
      indices: [Int32](repeating: -1, count: given) + indices[request],
      logProbabilities: [Float](repeating: 0, count: given) + logProbabilities[request])
  }
}
