package import Autodiff
package import DraftData
package import Drafters
package import Models
package import Objectives
internal import Randomness

/// The planned passes of one micro-batch that an acceptance head learns from: drafter and target read the text, drafts are
/// drawn and judged, and the drafter, frozen, reads the text with drafts in it for the head.
package final class AcceptanceStepGraph: TrainingGraph {
  private let objective: AcceptanceObjective
  private let drafts: DraftSampling
  private let executor: Executor
  private let inputs: (tokens: Tensor, positions: Tensor, firstKey: Tensor, weights: Tensor, scale: Tensor)
  private let outputs: (loss: Tensor, logits: Tensor)
  /// The plan knows only where their weights lie; they must not go before it.
  private let owners: [AnyObject]
  private let stream: Philox
  private var loss: [Float] = [0]

  /// Records, plans and takes memory for micro-batches of `batch` sequences of `length` tokens.
  package init(
    drafter: LanguageModel, head: AcceptanceHead, target: LanguageModel, objective: AcceptanceObjective,
    batch: Int, length: Int, on backend: any Backend, mode: Executor.Mode = .fast
  ) {
    var g = Graph()
    let rows: Shape = [batch * length]
    inputs = (
      g.input(rows, .int32), g.input(rows, .int32), g.input(rows, .int32), g.input([batch * length, 2]),
      g.input([1])
    )
    let states = drafter.hidden(
      tokens: inputs.tokens, positions: inputs.positions,
      .packed(batch: batch, length: length, firstKey: inputs.firstKey), in: &g)
    outputs = objective.record(
      head, states: states, weights: inputs.weights, scale: inputs.scale, in: &g)
    let plan = Plan(g, outputs: [outputs.loss, outputs.logits], training: true, on: backend)
    executor = Executor(plan, on: backend, mode: mode)
    drafts = DraftSampling(
      drafter: drafter, target: target, temperature: objective.temperature, batch: batch, length: length,
      on: backend)
    self.objective = objective
    stream = Philox(seed: objective.seed, purpose: .acceptance)
    owners = [drafter, head]
  }

  package var plannedBytes: Int { executor.plan.activationCount * 4 + drafts.plannedBytes }
  package var anomaly: Executor.Anomaly? { executor.anomaly }

  /// Of the statistics beside the loss, `overlap` sums how likely the target accepts the drafts, `top1` how often the head is
  /// on the right side of one half.
  package func run(_ step: [Batch], number: Int) -> LossTotals {
    let labels = step.enumerated().map { index, batch in
      drafts.labels(batch) { row in
        let place = UInt64(index * batch.tokens.count + row)
        let keeps = stream.uniform(step: UInt64(number), index: 2 * place) < objective.keptShare
        return keeps ? nil : stream.uniform(step: UInt64(number), index: 2 * place + 1)
      }
    }
    let weights = labels.map { $0.weights(rejectWeight: objective.rejectWeight) }
    let total = weights.joined().reduce(0.0) { $0 + Double($1) }
    let scale = Float(1 / max(total, 1e-9))
    let drafted = labels.reduce(0) { $0 + $1.isDrafted.count(where: \.self) }
    var totals = LossTotals()
    for (index, batch) in step.enumerated() {
      executor.write(labels[index].tokens, to: inputs.tokens)
      executor.write(batch.positions, to: inputs.positions)
      executor.write(batch.firstKey, to: inputs.firstKey)
      executor.write(weights[index], to: inputs.weights)
      executor.write([scale], to: inputs.scale)
      executor.forwardBackward(accumulating: index > 0)
      totals.add(statistics(labels[index], meanScale: scale * Float(drafted)))
      if anomaly != nil { break }
    }
    return totals
  }

  private func statistics(_ labels: AcceptanceLabels, meanScale: Float) -> [Float] {
    executor.read(outputs.loss, into: &loss)
    let logits = executor.read(outputs.logits)
    var values = [Float](repeating: 0, count: LossStatistic.allCases.count)
    for (row, isDrafted) in labels.isDrafted.enumerated() where isDrafted {
      let accepts = logits[2 * row + 1] > logits[2 * row]
      if accepts == (labels.acceptance[row] > 0.5) { values[LossStatistic.top1.rawValue] += 1 }
      values[LossStatistic.overlap.rawValue] += labels.acceptance[row]
      values[LossStatistic.rows.rawValue] += 1
    }
    values[LossStatistic.loss.rawValue] = loss[0] * meanScale
    values[LossStatistic.crossEntropy.rawValue] = values[LossStatistic.loss.rawValue]
    return values
  }
}
