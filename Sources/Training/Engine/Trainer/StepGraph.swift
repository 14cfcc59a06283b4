package import Autodiff
package import DraftData
package import Drafters
internal import Models
package import Objectives

/// The planned forward and backward pass of one micro-batch: drafter, objective and, online, the frozen teacher in
/// a single graph, so that the planner can reuse the teacher's memory for the drafter's.
package final class StepGraph {
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

  /// Bytes of activations, gradients of activations and scratch.
  package var plannedBytes: Int { executor.plan.activationCount * 4 }

  /// Where the first non-finite number appeared, in checked mode.
  package var anomaly: Executor.Anomaly? { executor.anomaly }

  /// Runs a micro-batch forward and backward and adds its statistics to `total`.
  ///
  /// - Parameters:
  ///   - scale: what the summed loss is multiplied by: 1 over the labelled tokens of the whole step.
  ///   - accumulating: whether parameter gradients add to those of earlier micro-batches.
  package func run(_ batch: Batch, scale: Float, accumulating: Bool, total: inout LossTotals) {
    write(batch, scale)
    executor.forwardBackward(accumulating: accumulating)
    executor.read(statistics, into: &values)
    total.add(values)
  }

  /// Runs a micro-batch forward only and adds its statistics to `total`.
  package func evaluate(_ batch: Batch, total: inout LossTotals) {
    write(batch, 1)
    executor.forward()
    executor.read(statistics, into: &values)
    total.add(values)
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
