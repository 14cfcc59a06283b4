internal import Autodiff
internal import DraftData
internal import Models
internal import Objectives

/// Draws what a drafter would have written in the places of a text, and asks the target how likely it accepts each.
final class DraftSampling {
  private let temperature: Double
  private let reader: Reader
  private let scorer: Scorer
  /// The plans know only where their weights lie.
  private let owners: [AnyObject]

  /// Logits exist for so many rows at a time.
  private static let chunkRows = 128

  /// Both models over a packed text.
  private struct Reader {
    let executor: Executor
    let tokens: Tensor
    let positions: Tensor
    let firstKey: Tensor
    let states: (drafter: Tensor, target: Tensor)
  }

  /// Both heads over some of the rows.
  private struct Scorer {
    let executor: Executor
    let states: (drafter: Tensor, target: Tensor)
    let logProbabilities: (drafter: Tensor, target: Tensor)
  }

  init(
    drafter: LanguageModel, target: LanguageModel, temperature: Double, batch: Int, length: Int,
    on backend: any Backend
  ) {
    self.temperature = temperature
    owners = [drafter, target]
    reader = Self.reader(drafter, target, batch: batch, length: length, on: backend)
    scorer = Self.scorer(
      drafter, target, inverse: temperature == 0 ? 1 : Float(1 / temperature), on: backend)
  }

  var plannedBytes: Int {
    4 * (reader.executor.plan.activationCount + scorer.executor.plan.activationCount)
  }

  private static func reader(
    _ drafter: LanguageModel, _ target: LanguageModel, batch: Int, length: Int, on backend: any Backend
  ) -> Reader {
    var g = Graph()
    let rows: Shape = [batch * length]
    let (tokens, positions, firstKey) = (g.input(rows, .int32), g.input(rows, .int32), g.input(rows, .int32))
    let states = [drafter, target].map {
      $0.hidden(
        tokens: tokens, positions: positions, .packed(batch: batch, length: length, firstKey: firstKey),
        in: &g)
    }
    let plan = Plan(g, outputs: states, training: false, on: backend)
    return Reader(
      executor: Executor(plan, on: backend), tokens: tokens, positions: positions, firstKey: firstKey,
      states: (states[0], states[1]))
  }

  private static func scorer(
    _ drafter: LanguageModel, _ target: LanguageModel, inverse: Float, on backend: any Backend
  ) -> Scorer {
    var g = Graph()
    let states = [drafter, target].map { g.input([chunkRows, $0.configuration.hiddenSize]) }
    let rows = zip([drafter, target], states).map { model, states in
      g.logSoftmax(g.linear(g.scale(states, by: inverse), g.parameter(model.head)))
    }
    let plan = Plan(g, outputs: rows, training: false, on: backend)
    return Scorer(
      executor: Executor(plan, on: backend), states: (states[0], states[1]),
      logProbabilities: (rows[0], rows[1]))
  }

  /// Puts drafts into a text.
  ///
  /// - Parameter uniform: for a row in whose place a token may be drafted, the number in [0, 1) that draws it; nil keeps the
  ///   text's token.
  func labels(_ batch: Batch, uniform: (_ row: Int) -> Double?) -> AcceptanceLabels {
    reader.executor.write(batch.tokens, to: reader.tokens)
    reader.executor.write(batch.positions, to: reader.positions)
    reader.executor.write(batch.firstKey, to: reader.firstKey)
    reader.executor.forward()
    let states = (reader.executor.read(reader.states.drafter), reader.executor.read(reader.states.target))
    let drawn = batch.labels.indices.compactMap { row in
      continues(batch, behind: row) ? uniform(row + 1).map { (row: row, uniform: $0) } : nil
    }
    var labels = AcceptanceLabels(tokens: batch.tokens)
    for start in stride(from: 0, to: drawn.count, by: Self.chunkRows) {
      let chunk = drawn[start..<min(start + Self.chunkRows, drawn.count)]
      let (draft, target) = score(chunk.map(\.row), states)
      let width = draft.count / Self.chunkRows
      for (place, entry) in chunk.enumerated() {
        let range = place * width..<(place + 1) * width
        labels.draft(
          row: entry.row + 1, draft: draft[range], target: target[range], isGreedy: temperature == 0,
          uniform: entry.uniform)
      }
    }
    return labels
  }

  /// Whether the token after a row's is in the loss, and the next row's: the last row of a sequence has a label, too.
  private func continues(_ batch: Batch, behind row: Int) -> Bool {
    batch.labels[row] >= 0 && (row + 1) % batch.sequenceLength != 0
      && batch.firstKey[row + 1] == batch.firstKey[row]
      && batch.positions[row + 1] == batch.positions[row] + 1
  }

  private func score(_ rows: [Int], _ states: (drafter: [Float], target: [Float])) -> ([Float], [Float]) {
    func picked(_ states: [Float], for tensor: Tensor) -> [Float] {
      let width = tensor.shape.columns
      return rows.flatMap { states[$0 * width..<($0 + 1) * width] }
        + [Float](repeating: 0, count: (Self.chunkRows - rows.count) * width)
    }
    scorer.executor.write(picked(states.drafter, for: scorer.states.drafter), to: scorer.states.drafter)
    scorer.executor.write(picked(states.target, for: scorer.states.target), to: scorer.states.target)
    scorer.executor.forward()
    return (
      scorer.executor.read(scorer.logProbabilities.drafter),
      scorer.executor.read(scorer.logProbabilities.target)
    )
  }
}
