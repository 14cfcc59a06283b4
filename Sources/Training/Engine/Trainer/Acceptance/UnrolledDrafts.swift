internal import Autodiff
internal import DraftData
internal import Drafters
internal import Models
internal import Objectives

/// Drafts of a drafter that reads hidden states, at every depth of a chain.
///
/// The drafter is unrolled over the text, D passes. Behind pass s - 1 a row draws a draft from what that pass says, and a row
/// of pass s reads it in the place of the text's token, with the state that pass s - 1 gave out. A row of pass s, counted
/// from 1, thus stands for the s-th token of a chain whose tokens before it are the text's.
final class UnrolledDrafts: JudgedDrafts {
  /// D · n rows: those of pass 1 first.
  let states: Tensor
  private let drafter: any RecurrentDrafter
  private let depth: Int
  private let reader: Reader
  private let judge: DraftJudge
  private let inputs: (features: Tensor, rows: UnrolledInputs, drafts: [Tensor])
  /// The plans know only where their weights lie.
  private let target: LanguageModel

  /// The target over a packed text, and the drafter's passes behind it.
  private struct Reader {
    let executor: Executor
    let text: RunningTargetInputs
    let rows: UnrolledInputs
    let features: Tensor
    /// What the head reads of each pass.
    let outputs: [Tensor]
  }

  /// Records the drafter in the head's graph.
  init(
    drafter: any RecurrentDrafter, target: LanguageModel, objective: AcceptanceObjective, batch: Int,
    length: Int, on backend: any Backend, in g: inout Graph
  ) {
    (self.drafter, self.target, depth) = (drafter, target, objective.passCount)
    reader = Self.reader(drafter, target, depth: depth, batch: batch, length: length, on: backend)
    judge = DraftJudge(
      head: drafter.head, of: drafter, draftTokens: drafter.draftVocabulary?.targetIDs, target: target,
      temperature: objective.temperature, on: backend)
    let features = g.input(reader.features.shape)
    let rows = UnrolledInputs(batch: batch, length: length, passCount: depth + 1, in: &g)
    let drafts = (0..<depth).map { _ in g.input([batch * length], .int32) }
    var passes = UnrolledPasses(drafter, rows, states: drafter.states(read: features, in: &g))
    let judged = drafts.map { tokens in
      passes.advance(drafter.unrolling, in: &g)
      return passes.pass(tokens: tokens, in: &g).output
    }
    states = g.concatenateKeys(judged, batch: 1)
    inputs = (features, rows, drafts)
  }

  /// Beside the plans, what is copied out of the reader: of a pass at a time, and the features of a micro-batch.
  var plannedBytes: Int {
    let copied = [reader.features, reader.text.states.final, reader.outputs[0]].reduce(0) {
      $0 + $1.shape.count
    }
    return 4 * (reader.executor.plan.activationCount + copied) + judge.plannedBytes
  }

  private static func reader(
    _ drafter: any RecurrentDrafter, _ target: LanguageModel, depth: Int, batch: Int, length: Int,
    on backend: any Backend
  ) -> Reader {
    var g = Graph()
    let text = RunningTargetInputs(drafter, target, batch: batch, length: length, in: &g)
    let features = drafter.features(of: text.states, in: &g)
    let rows = UnrolledInputs(batch: batch, length: length, passCount: depth, in: &g)
    var passes = UnrolledPasses(drafter, rows, states: drafter.states(read: features, in: &g))
    for _ in 0..<depth { passes.advance(drafter.unrolling, in: &g) }
    let outputs = passes.made.map(\.output)
    let plan = Plan(g, outputs: [features, text.states.final] + outputs, training: false, on: backend)
    return Reader(
      executor: Executor(plan, on: backend), text: text, rows: rows, features: features, outputs: outputs)
  }

  func draw(_ batch: Batch, uniform: (_ row: Int) -> Double?) -> DraftedBatch {
    reader.text.write(batch, to: reader.executor)
    reader.rows.write(
      unrolled(batch, passCount: depth), scales: [Float](repeating: 0, count: depth),
      stateScales: [Float](repeating: 0, count: depth), to: reader.executor)
    reader.executor.forward()
    let said = reader.executor.read(reader.text.states.final)
    let count = batch.tokens.count
    var labels = AcceptanceLabels(
      tokens: unrolled(batch, passCount: depth + 1).passes.dropFirst().flatMap(\.tokens))
    for (index, output) in reader.outputs.enumerated() {
      judge.draft(
        places(batch, pass: index + 1) { uniform(index * count + $0) }, drafter: reader.executor.read(output),
        target: said, into: &labels, offset: index * count)
    }
    return DraftedBatch(batch: batch, labels: labels, features: reader.executor.read(reader.features))
  }

  /// The rows of pass s that read a token in the loss, and where it is drawn from.
  private func places(_ batch: Batch, pass: Int, uniform: (Int) -> Double?) -> [DraftJudge.Place] {
    let inPlace = drafter.unrolling == .sameRow
    let shift = inPlace ? pass : 0
    return batch.tokens.indices.compactMap { row in
      // Unrolled along the text, a chain has come to this row from as many rows before.
      guard batch.continues(behind: row, by: shift + 1), batch.labels[row + shift] >= 0,
        inPlace || batch.positions[row] >= Int32(pass), let uniform = uniform(row)
      else { return nil }
      let source = inPlace ? row : row - 1
      return DraftJudge.Place(row: row, source: (source, row + shift), uniform: uniform)
    }
  }

  func write(_ drafted: DraftedBatch, to executor: Executor) {
    executor.write(drafted.features, to: inputs.features)
    let zeros = [Float](repeating: 0, count: depth + 1)
    inputs.rows.write(
      unrolled(drafted.batch, passCount: depth + 1), scales: zeros, stateScales: zeros, to: executor)
    let count = drafted.batch.tokens.count
    for (index, tokens) in inputs.drafts.enumerated() {
      executor.write(Array(drafted.labels.tokens[index * count..<(index + 1) * count]), to: tokens)
    }
  }

  private func unrolled(_ batch: Batch, passCount: Int) -> UnrolledRows {
    UnrolledRows(
      tokens: batch.tokens, labels: batch.labels, positions: batch.positions, firstKey: batch.firstKey,
      length: batch.sequenceLength, passCount: passCount, unrolling: drafter.unrolling)
  }
}
