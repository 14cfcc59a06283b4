import Autodiff
import TestSupport
import Testing

/// Runs a case on a backend of its own: leaves become parameters with guard elements between them, memory is
/// poisoned with NaN, and after the run guards, inputs and frozen values are checked to be untouched.
final class OperationRun {
  /// How leaves meet the operation, and what their gradients meet.
  enum Arrangement: Equatable {
    /// Gradients of parameters are overwritten; they held NaN.
    case overwrite
    /// Gradients of parameters are added to what is there.
    case accumulate
    /// Learned leaves pass through another operation first and are used again after this one: its gradients add
    /// to one that exists.
    case usedAfter
    /// The same, used again before this one: its gradient is the first contribution, on activations.
    case usedBefore
    /// Learned leaves are activations used once: memory may be taken over.
    case inPlace
  }

  let operationCase: OperationCase
  let backend: CPUBackend
  private let store: ParameterStore
  private let guards: [Parameter]
  private let leaves: [Parameter]
  private let executor: Executor
  private let recording: OperationRecording
  private let arrangement: Arrangement

  /// What stands in a gradient before it is accumulated into, and the cotangent of further uses of leaf values.
  static func extra(_ index: Int) -> Float { Float(index % 7) * 0.25 - 0.5 }

  init(
    _ operationCase: OperationCase, threads: Int = 1, arrangement: Arrangement = .overwrite,
    frozen: Set<Int> = [], mode: Executor.Mode = .checked
  ) {
    self.operationCase = operationCase
    self.arrangement = arrangement
    backend = CPUBackend(threads: threads)
    store = ParameterStore(on: backend)
    (leaves, guards) = Self.makeParameters(operationCase, frozen: frozen, in: store)
    recording = OperationRecording(operationCase, leaves: leaves, arrangement: arrangement, on: backend)
    let hasGradient = leaves.contains(where: \.isTrainable)
    let plan = Plan(
      recording.graph, outputs: [recording.output], training: hasGradient && !operationCase.isInference,
      on: backend)
    executor = Executor(plan, on: backend, mode: mode)
  }

  private static func makeParameters(
    _ operationCase: OperationCase, frozen: Set<Int>, in store: ParameterStore
  ) -> (leaves: [Parameter], guards: [Parameter]) {
    var (leaves, guards): ([Parameter], [Parameter]) = ([], [])
    for (index, leaf) in operationCase.leaves.enumerated() {
      let isTrainable = leaf.isLearned && !frozen.contains(index)
      guards.append(store.add("guard.\(index)", [16], .loaded, isTrainable: true))
      leaves.append(store.add("leaf.\(index)", leaf.shape, .loaded, isTrainable: isTrainable))
    }
    guards.append(store.add("guard", [16], .loaded, isTrainable: true))
    store.reserve()
    return (leaves, guards)
  }

  /// The output's number of elements.
  var outputCount: Int { recording.output.shape.count }
  /// Elements of memory the plan takes.
  var activationCount: Int { executor.plan.activationCount }

  /// Runs forward, and backward if there is a gradient; nil for leaves without one. `times` runs in a row must
  /// not differ from one.
  @discardableResult
  func run(
    _ values: [[Float]], cotangent seed: [Float], times: Int = 1
  ) -> (output: [Float], gradients: [[Float]?]) {
    for (leaf, value) in zip(leaves, values) { store.write(value, to: leaf) }
    for parameter in guards { store.write([Float](repeating: 12345, count: 16), to: parameter) }
    for (tensor, value) in zip(recording.integers, operationCase.integers) {
      executor.write(value, to: tensor)
    }
    executor.write([1 as Float], to: recording.scale)
    executor.write(seed, to: recording.cotangent)
    for tensor in recording.seeds { executor.write((0..<tensor.shape.count).map(Self.extra), to: tensor) }
    for _ in 0..<times {
      fillGradients()
      if executor.plan.isTraining {
        executor.forwardBackward(accumulating: arrangement == .accumulate)
      } else {
        executor.forward()
      }
    }
    checkGuards()
    return (
      executor.read(recording.output),
      leaves.map { leaf in leaf.gradient.map { backend.read($0) } }
    )
  }

  /// Runs forward once more, on the values of the last run.
  func runForwardOnly() -> [Float] {
    executor.forward()
    return executor.read(recording.output)
  }

  /// What checked mode found.
  var anomaly: Executor.Anomaly? { executor.anomaly }

  private func fillGradients() {
    for leaf in leaves {
      guard let gradient = leaf.gradient else { continue }
      if arrangement == .accumulate {
        backend.write((0..<gradient.count).map(Self.extra), to: gradient)
      } else {
        backend.fill(gradient, .nan)
      }
    }
    for parameter in guards {
      if let gradient = parameter.gradient { backend.fill(gradient, 54321) }
    }
  }

  /// Nothing outside the slots that an operation was given may change.
  private func checkGuards() {
    for parameter in guards {
      #expect(
        store.read(parameter).allSatisfy { $0 == 12345 }, "\(operationCase.testDescription) wrote outside")
      guard let gradient = parameter.gradient else { continue }
      #expect(
        backend.read(gradient).allSatisfy { $0 == 54321 },
        "\(operationCase.testDescription) wrote a gradient outside")
    }
  }

  /// The leaf values as they are now.
  func leafValues() -> [[Float]] { leaves.map { store.read($0) } }
}
