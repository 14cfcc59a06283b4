package import Autodiff
package import DraftData
package import Drafters
package import Models
package import Objectives
internal import Randomness

/// The planned passes of one micro-batch that an acceptance head learns from: drafter and target read the text, drafts are
/// drawn and judged, and the drafter, frozen, reads them for the head.
package final class AcceptanceStepGraph: TrainingGraph {
  private let objective: AcceptanceObjective
  private let drafts: any JudgedDrafts
  private let executor: Executor
  private let inputs: (weights: Tensor, scale: Tensor)
  private let outputs: (loss: Tensor, logits: Tensor)
  /// The plan knows only where its weights lie; they must not go before it.
  private let head: AcceptanceHead
  private let stream: Philox
  private var loss: [Float] = [0]

  /// Records, plans and takes memory for micro-batches of `batch` sequences of `length` tokens.
  package convenience init(
    drafter: LanguageModel, head: AcceptanceHead, target: LanguageModel, objective: AcceptanceObjective,
    batch: Int, length: Int, on backend: any Backend, mode: Executor.Mode = .fast
  ) {
    self.init(head, objective, on: backend, mode: mode) { g in
      TextDrafts(
        drafter: drafter, target: target, temperature: objective.temperature, batch: batch, length: length,
        on: backend, in: &g)
    }
  }

  /// The same of a drafter that reads the target's hidden states.
  package convenience init(
    drafter: any RecurrentDrafter, head: AcceptanceHead, target: LanguageModel,
    objective: AcceptanceObjective, batch: Int, length: Int, on backend: any Backend,
    mode: Executor.Mode = .fast
  ) {
    self.init(head, objective, on: backend, mode: mode) { g in
      UnrolledDrafts(
        drafter: drafter, target: target, objective: objective, batch: batch, length: length, on: backend,
        in: &g)
    }
  }

  private init(
    _ head: AcceptanceHead, _ objective: AcceptanceObjective, on backend: any Backend, mode: Executor.Mode,
    _ makeDrafts: (inout Graph) -> any JudgedDrafts
  ) {
    var g = Graph()
    drafts = makeDrafts(&g)
    inputs = (g.input([drafts.states.shape.rows, 2]), g.input([1]))
    outputs = objective.record(
      head, states: drafts.states, weights: inputs.weights, scale: inputs.scale, in: &g)
    let plan = Plan(g, outputs: [outputs.loss, outputs.logits], training: true, on: backend)
    executor = Executor(plan, on: backend, mode: mode)
    stream = Philox(seed: objective.seed, purpose: .acceptance)
    (self.objective, self.head) = (objective, head)
  }

  package var plannedBytes: Int { executor.plan.activationCount * 4 + drafts.plannedBytes }
  package var anomaly: Executor.Anomaly? { executor.anomaly }

  /// Of the statistics beside the loss, `overlap` sums how likely the target accepts the drafts, `top1` how often the head is
  /// on the right side of one half.
  package func run(_ step: [Batch], number: Int) -> LossTotals {
    let rows = drafts.states.shape.rows
    let drafted = step.enumerated().map { index, batch in
      drafts.draw(batch) { row in
        let place = UInt64(index * rows + row)
        let keeps = stream.uniform(step: UInt64(number), index: 2 * place) < objective.keptShare
        return keeps ? nil : stream.uniform(step: UInt64(number), index: 2 * place + 1)
      }
    }
    let weights = drafted.map { $0.labels.weights(rejectWeight: objective.rejectWeight) }
    let total = weights.joined().reduce(0.0) { $0 + Double($1) }
    let scale = Float(1 / max(total, 1e-9))
    let count = drafted.reduce(0) { $0 + $1.labels.isDrafted.count(where: \.self) }
    var totals = LossTotals()
    for (index, batch) in drafted.enumerated() {
      drafts.write(batch, to: executor)
      executor.write(weights[index], to: inputs.weights)
      executor.write([scale], to: inputs.scale)
      executor.forwardBackward(accumulating: index > 0)
      totals.add(statistics(batch.labels, meanScale: scale * Float(count)))
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
