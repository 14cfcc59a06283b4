package import Autodiff
package import DraftData

/// What a trainer steps: the planned forward and backward pass of a micro-batch, whatever drafter and objective are in it.
package protocol TrainingGraph: AnyObject {
  /// Bytes of activations, gradients of activations and scratch.
  var plannedBytes: Int { get }
  /// Where the first non-finite number appeared, in checked mode.
  var anomaly: Executor.Anomaly? { get }

  /// Runs the micro-batches of a step forward and backward. The gradient of the step's mean loss stands in the drafter's
  /// store afterwards; after an anomaly the rest of the step is left out.
  ///
  /// - Parameter number: of the step within its stage, from 0: what random numbers of a step are keyed by.
  /// - Returns: sums over the step; their mean loss is what was differentiated.
  func run(_ step: [Batch], number: Int) -> LossTotals
}
