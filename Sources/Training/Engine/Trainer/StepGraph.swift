package import Autodiff
package import DraftData
package import Drafters
internal import Models
package import Objectives

/// The planned forward and backward pass of one micro-batch: drafter, objective and, online, the frozen teacher in
/// a single graph, so that the planner can reuse the teacher's memory for the drafter's.
package final class StepGraph: TrainingGraph {
  private let executor: Executor
  private let inputs: SequenceInputs
  private let statistics: Tensor
  private let stored: StoredTeacher?
  /// The plan knows only where their weights lie; they must not go before it.
  private let owners: [AnyObject]
  private var values = [Float](repeating: 0, count: LossStatistic.allCases.count)

  /// Records, plans and takes memory for micro-batches of `batch` sequences of `length` tokens.
  ///
  /// - Parameter recomputing: whether the layers' values are computed again on the way back instead of kept.
  package init(
    drafter: any TokenDrafter, objective: DistillationObjective, teacher: (any OnlineTeacher)?, batch: Int,
    length: Int, recomputing: Bool = false, on backend: any Backend, mode: Executor.Mode = .fast
  ) {
    var g = Graph()
    let inputs = SequenceInputs(batch: batch, length: length, in: &g)
    let loss = objective.record(drafter, inputs, onlineTeacher: teacher, in: &g)
    let plan = Plan(g, outputs: [loss.statistics], training: true, recomputing: recomputing, on: backend)
    executor = Executor(plan, on: backend, mode: mode)
    self.inputs = inputs
    statistics = loss.statistics
    stored = loss.stored
    owners = [drafter] + (teacher.map { [$0] } ?? [])
  }

  package var plannedBytes: Int { executor.plan.activationCount * 4 }
  package var anomaly: Executor.Anomaly? { executor.anomaly }

  package func run(_ step: [Batch], number: Int) -> LossTotals {
    let labelled = step.reduce(0) { $0 + $1.realTokenCount }
    let scale = 1 / Float(max(labelled, 1))
    var totals = LossTotals()
    for (index, batch) in step.enumerated() {
      write(batch, scale)
      executor.forwardBackward(accumulating: index > 0)
      executor.read(statistics, into: &values)
      totals.add(values)
      if anomaly != nil { break }
    }
    return totals
  }

  private func write(_ batch: Batch, _ scale: Float) {
    executor.write(batch.tokens, to: inputs.tokens)
    executor.write(batch.positions, to: inputs.positions)
    executor.write(batch.firstKey, to: inputs.firstKey)
    executor.write(batch.labels, to: inputs.labels)
    executor.write([scale], to: inputs.scale)
    guard let stored else { return }
    guard let teacher = batch.teacher else {
      preconditionFailure("the objective wants stored distributions that the batch does not have")
    }
    executor.write(teacher.indices, to: stored.ids)
    executor.write(teacher.logProbabilities, to: stored.logProbabilities)
  }
}
