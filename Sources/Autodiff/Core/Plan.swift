/// Where every value and gradient of a graph lives, decided before the first step.
///
/// Liveness runs over forward and backward: a value dies after its last forward use, or its last backward use if
/// an operation saved it; a gradient is born at its first contribution and dies when its own record has been
/// differentiated. Time 0 ..< n is forward; record i is differentiated at time 2n - 1 - i. With recomputation, the values
/// of a segment die on the way there like those of an inference plan, and are computed again, with the same bits, when
/// the first of the segment's records is about to be differentiated (Chen et al. 2016).
package struct Plan: Sendable {
  /// The operations of one pass with all their addresses.
  struct ForwardStep: Sendable {
    let operation: any Operation
    let io: ForwardIO
    let origin: Origin
  }
  enum BackwardStep: Sendable {
    /// Computes once more what a segment did not keep.
    case recompute(ForwardStep)
    case differentiate(Differentiation)
  }
  struct Differentiation: Sendable {
    let operation: any Operation
    /// Used when gradients of parameters start afresh.
    let io: BackwardIO
    /// Used when they add to what earlier micro-batches left.
    let accumulatingIO: BackwardIO
    let origin: Origin
    /// Whether the output is written on the way back, too.
    let isLoss: Bool
  }

  let forwardSteps: [ForwardStep]
  /// Indices into `forwardSteps` that training skips because the backward pass writes their output.
  let lossSteps: Set<Int>
  let backwardSteps: [BackwardStep]
  let values: [Slot]
  /// The memory that one executor of this plan needs, in elements of four bytes.
  package let activationCount: Int
  /// What the same graph would take if nothing were reused.
  package let unplannedCount: Int
  /// Where the addresses of activations point; bound to real memory by the executor.
  let activationRegion: Region
  /// Whether a backward pass follows.
  package let isTraining: Bool

  /// Plans `graph` for memory of `backend`.
  ///
  /// - Parameters:
  ///   - outputs: tensors that can be read after a run.
  ///   - training: whether a backward pass follows; needs at least one loss.
  ///   - reusingMemory: false gives every value and gradient a place of its own, to find out whether a wrong number
  ///     comes from where things lie.
  ///   - recomputing: whether the values of the graph's segments are computed again for the backward pass instead of kept.
  ///   - memory: what an inference plan shares with others; nil: each executor has its own.
  package init(
    _ graph: Graph, outputs: [Tensor], training: Bool, reusingMemory: Bool = true,
    recomputing: Bool = false, in memory: ActivationMemory? = nil, on backend: any Backend
  ) {
    precondition(memory == nil || !training, "a training plan shares its memory with no other")
    let region =
      memory?.region
      ?? backend.makeRegion(label: training ? "training activations" : "inference activations")
    var planner = Planner(
      graph, outputs: outputs, training: training, reusingMemory: reusingMemory,
      recomputing: recomputing, region: region)
    planner.run()
    forwardSteps = planner.forwardSteps
    lossSteps = training ? planner.lossSteps : []
    backwardSteps = planner.backwardSteps
    values = planner.values
    activationCount = planner.heap.high
    unplannedCount = planner.unplannedCount
    activationRegion = region
    isTraining = training
  }
}
