internal import Autodiff
internal import DraftData
internal import Models
internal import Objectives

/// Drafts of a language model, which reads the text and then the text with all of them in it.
final class TextDrafts: JudgedDrafts {
  let states: Tensor
  private let inputs: (tokens: Tensor, positions: Tensor, firstKey: Tensor)
  private let reader: Reader
  private let judge: DraftJudge
  /// The plans know only where their weights lie.
  private let owners: [AnyObject]

  /// Both models over a packed text.
  private struct Reader {
    let executor: Executor
    let tokens: Tensor
    let positions: Tensor
    let firstKey: Tensor
    let states: (drafter: Tensor, target: Tensor)
  }

  /// Records the drafter in the head's graph.
  init(
    drafter: LanguageModel, target: LanguageModel, temperature: Double, batch: Int, length: Int,
    on backend: any Backend, in g: inout Graph
  ) {
    let rows: Shape = [batch * length]
    let text = (
      tokens: g.input(rows, .int32), positions: g.input(rows, .int32), firstKey: g.input(rows, .int32)
    )
    states = drafter.hidden(
      tokens: text.tokens, positions: text.positions,
      .packed(batch: batch, length: length, firstKey: text.firstKey), in: &g)
    inputs = text
    reader = Self.reader(drafter, target, batch: batch, length: length, on: backend)
    judge = DraftJudge(
      head: drafter.head, of: drafter, draftTokens: nil, target: target, temperature: temperature, on: backend
    )
    owners = [drafter, target]
  }

  /// Beside the plans, the states that are copied out of the reader.
  var plannedBytes: Int {
    let copied = reader.states.drafter.shape.count + reader.states.target.shape.count
    return 4 * (reader.executor.plan.activationCount + copied) + judge.plannedBytes
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

  func draw(_ batch: Batch, uniform: (_ row: Int) -> Double?) -> DraftedBatch {
    reader.executor.write(batch.tokens, to: reader.tokens)
    reader.executor.write(batch.positions, to: reader.positions)
    reader.executor.write(batch.firstKey, to: reader.firstKey)
    reader.executor.forward()
    let places = batch.labels.indices.compactMap { row -> DraftJudge.Place? in
      // The last row of a sequence has a label, too.
      guard batch.labels[row] >= 0, batch.continues(behind: row), let uniform = uniform(row + 1) else {
        return nil
      }
      return DraftJudge.Place(row: row + 1, source: (row, row), uniform: uniform)
    }
    var labels = AcceptanceLabels(tokens: batch.tokens)
    judge.draft(
      places, drafter: reader.executor.read(reader.states.drafter),
      target: reader.executor.read(reader.states.target), into: &labels)
    return DraftedBatch(batch: batch, labels: labels, features: [])
  }

  func write(_ drafted: DraftedBatch, to executor: Executor) {
    executor.write(drafted.labels.tokens, to: inputs.tokens)
    executor.write(drafted.batch.positions, to: inputs.positions)
    executor.write(drafted.batch.firstKey, to: inputs.firstKey)
  }
}
