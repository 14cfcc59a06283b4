package import Autodiff
package import DraftData
package import Drafters
package import Models
package import Objectives

/// The planned forward and backward pass of one micro-batch of a drafter that reads the target's hidden states: the frozen
/// target and all passes of the unrolled drafter in a single graph, so that the target's states are never stored. Where
/// they have been stored before, they come with the batch, and the target's layers are not in the graph.
package final class FeatureStepGraph: TrainingGraph {
  private let objective: FeatureObjective
  private let executor: Executor
  private let states: any TargetStateInputs
  private let inputs: UnrolledInputs
  private let losses: FeatureObjective.Losses
  /// The plan knows only where their weights lie; they must not go before it.
  private let owners: [AnyObject]
  private var values = [Float](repeating: 0, count: LossStatistic.allCases.count)
  private var distance: [Float] = [0]

  /// Records, plans and takes memory for micro-batches of `batch` sequences of `length` tokens.
  ///
  /// - Parameter readsStoredStates: whether batches bring the target's states.
  package init(
    drafter: any FeatureDrafter, target: LanguageModel, objective: FeatureObjective, batch: Int, length: Int,
    readsStoredStates: Bool = false, on backend: any Backend, mode: Executor.Mode = .fast
  ) {
    var g = Graph()
    let states: any TargetStateInputs =
      readsStoredStates
      ? StoredStateInputs(drafter, width: target.configuration.hiddenSize, rows: batch * length, in: &g)
      : RunningTargetInputs(drafter, target, batch: batch, length: length, in: &g)
    let inputs = UnrolledInputs(
      batch: batch, length: length, passCount: objective.passCount,
      draftVocabulary: drafter.draftVocabulary, hasNoise: objective.noise != nil,
      multipliesMasks: objective.quirks.contains(.multipliedMasks), in: &g)
    let losses = objective.record(
      drafter, inputs, states: states.states, targetHead: g.parameter(target.head), in: &g)
    let plan = Plan(g, outputs: losses.statistics + losses.stateDistances, training: true, on: backend)
    executor = Executor(plan, on: backend, mode: mode)
    (self.objective, self.states, self.inputs, self.losses) = (objective, states, inputs, losses)
    owners = [drafter, target]
  }

  package var plannedBytes: Int { executor.plan.activationCount * 4 }
  package var anomaly: Executor.Anomaly? { executor.anomaly }

  /// Statistics beside the loss are those of the first pass, over the rows that it counts; rows that a draft vocabulary
  /// drops are misses.
  package func run(_ step: [Batch], number: Int) -> LossTotals {
    let unrolled = step.map { batch in
      UnrolledRows(
        tokens: batch.tokens, labels: batch.labels, positions: batch.positions, firstKey: batch.firstKey,
        length: batch.sequenceLength, passCount: objective.passCount, unrolling: objective.unrolling,
        quirks: objective.quirks)
    }
    let counted = (0..<objective.passCount).map { pass in
      unrolled.reduce(0) { $0 + $1.passes[pass].countedRows }
    }
    let scales = objective.scales(
      countedRows: counted, rowCount: step.reduce(0) { $0 + $1.tokens.count })
    var totals = LossTotals()
    for (index, (batch, rows)) in zip(step, unrolled).enumerated() {
      states.write(batch, to: executor)
      inputs.write(rows, scales: scales.losses, stateScales: scales.states, to: executor)
      if let noise = objective.noise {
        inputs.writeNoise(
          noise.amplitudes(firstKey: batch.firstKey, length: batch.sequenceLength), step: number,
          microBatch: index, to: executor)
      }
      executor.forwardBackward(accumulating: index > 0)
      add(rows, scales, stepRows: counted[0], to: &totals)
      if anomaly != nil { break }
    }
    return totals
  }

  private func add(
    _ rows: UnrolledRows, _ scales: (losses: [Float], states: [Float]), stepRows: Int,
    to totals: inout LossTotals
  ) {
    var loss = 0.0
    for (pass, tensor) in losses.statistics.enumerated().reversed() {
      // The first pass comes last, and its statistics stay.
      executor.read(tensor, into: &values)
      loss += Double(values[LossStatistic.loss.rawValue]) * Double(scales.losses[pass])
    }
    for (pass, tensor) in losses.stateDistances.enumerated() {
      executor.read(tensor, into: &distance)
      loss += Double(distance[0]) * Double(scales.states[pass])
    }
    values[LossStatistic.loss.rawValue] = Float(loss * Double(stepRows))
    values[LossStatistic.rows.rawValue] = Float(rows.passes[0].countedRows)
    totals.add(values)
  }
}
