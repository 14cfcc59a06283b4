/// Runs a plan step after step in memory taken once.
///
/// Not `Sendable`: it owns memory through its backend and stays where it was made.
package final class Executor {
  /// How much is checked while running.
  package enum Mode: Sendable {
    case fast
    /// Every output and gradient is scanned; the first that is not finite stops the run, see `anomaly`.
    case checked
  }

  /// The first number that went wrong.
  package struct Anomaly: Sendable, CustomStringConvertible {
    package let operation: String
    package let origin: Origin
    /// Whether it appeared in a gradient.
    package let isBackward: Bool
    /// The element's index in its tensor.
    package let element: Int

    /// One line that locates it.
    package var description: String {
      "\(operation) at \(origin) made a non-finite \(isBackward ? "gradient" : "value") (element \(element))"
    }
  }

  /// What is run.
  package let plan: Plan
  /// The first non-finite number of the last run in checked mode.
  package private(set) var anomaly: Anomaly?
  private let backend: any Backend
  private let mode: Mode
  private let memory: ActivationMemory?

  /// Takes the memory that the plan needs, beyond what it shares.
  ///
  /// - Parameter memory: what the plan was made in, if it shares memory.
  package init(_ plan: Plan, on backend: any Backend, mode: Mode = .fast, in memory: ActivationMemory? = nil)
  {
    self.plan = plan
    self.backend = backend
    self.mode = mode
    self.memory = memory
    if let memory {
      precondition(memory.region == plan.activationRegion, "this plan was made in other memory")
      memory.grow(to: plan.activationCount)
    } else {
      backend.reserve(plan.activationRegion, count: plan.activationCount)
    }
  }

  deinit {
    if memory == nil { backend.release(plan.activationRegion) }
  }

  /// Runs every operation forward, losses included.
  package func forward() {
    anomaly = nil
    for step in plan.forwardSteps where anomaly == nil { run(step) }
  }

  /// Runs forward and backward. Losses are computed on the way back.
  ///
  /// - Parameter accumulating: whether gradients of parameters add to what is there (micro-batches after the
  ///   first) instead of replacing it.
  package func forwardBackward(accumulating: Bool = false) {
    precondition(plan.isTraining, "this plan was made for inference")
    anomaly = nil
    for (index, step) in plan.forwardSteps.enumerated()
    where anomaly == nil && !plan.lossSteps.contains(index) {
      run(step)
    }
    for step in plan.backwardSteps where anomaly == nil {
      switch step {
      case .recompute(let forward): run(forward)
      case .differentiate(let differentiation):
        let io = accumulating ? differentiation.accumulatingIO : differentiation.io
        differentiation.operation.backward(io, backend)
        if mode == .checked { check(io, differentiation) }
      }
    }
  }

  private func run(_ step: Plan.ForwardStep) {
    step.operation.forward(step.io, backend)
    guard mode == .checked, step.io.outputType.element == .float32 else { return }
    if let element = backend.firstNonFinite(step.io.output) {
      anomaly = Anomaly(
        operation: type(of: step.operation).name, origin: step.origin, isBackward: false, element: element)
    }
  }

  private func check(_ io: BackwardIO, _ step: Plan.Differentiation) {
    // A loss is computed on the way back; it can be infinite where its gradient is not.
    if step.isLoss, let element = backend.firstNonFinite(io.output) {
      anomaly = Anomaly(
        operation: type(of: step.operation).name, origin: step.origin, isBackward: false, element: element)
    }
    for gradient in io.inputGradients {
      guard anomaly == nil, let gradient, let element = backend.firstNonFinite(gradient.slot) else {
        continue
      }
      anomaly = Anomaly(
        operation: type(of: step.operation).name, origin: step.origin, isBackward: true, element: element)
    }
  }

  /// Where a tensor's values live between runs.
  package func slot(of tensor: Tensor) -> Slot { plan.values[tensor.id] }

  /// Fills an input.
  package func write(_ values: [Float], to tensor: Tensor) {
    precondition(tensor.type.element == .float32, "tensor of type \(tensor.type) is not float32")
    backend.write(values, to: slot(of: tensor))
  }

  /// Fills an integer input.
  package func write(_ values: [Int32], to tensor: Tensor) {
    precondition(tensor.type.element == .int32, "tensor of type \(tensor.type) is not int32")
    backend.write(values, to: slot(of: tensor))
  }

  /// The values of an output of the plan.
  package func read(_ tensor: Tensor) -> [Float] { backend.read(slot(of: tensor)) }

  /// The integer values of an output of the plan.
  package func readIntegers(_ tensor: Tensor) -> [Int32] { backend.readIntegers(slot(of: tensor)) }

  /// Copies an output of the plan into an array of the same count, without allocating.
  package func read(_ tensor: Tensor, into values: inout [Float]) {
    backend.read(slot(of: tensor), into: &values)
  }
}
