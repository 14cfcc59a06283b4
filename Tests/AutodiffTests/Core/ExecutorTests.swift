import Autodiff
import TestSupport
import Testing

@Suite struct ExecutorTests {
  private let backend = CPUBackend(threads: 1)

  /// A training plan around `body`, which gets a parameter with the given values; the cotangent is `seed`.
  private func trained(
    _ values: [Float], seed: Float = 1, mode: Executor.Mode = .checked,
    _ body: (inout Graph, Tensor) -> Tensor
  ) -> Executor {
    let store = ParameterStore(on: backend)
    let x = store.add("x", [values.count], .loaded, isTrainable: true)
    store.reserve()
    store.write(values, to: x)
    var g = Graph()
    let parameter = g.parameter(x)
    let y = g.scope("model") { g in g.scope("layers.3") { g in body(&g, parameter) } }
    let cotangent = g.input(y.shape)
    let scale = g.input([1])
    _ = g.cotangentLoss(y, cotangent: cotangent, scale: scale)
    let executor = Executor(Plan(g, outputs: [y], training: true, on: backend), on: backend, mode: mode)
    executor.write([Float](repeating: seed, count: y.shape.count), to: cotangent)
    executor.write([1 as Float], to: scale)
    executor.forwardBackward()
    return executor
  }

  @Test func checkedModeNamesTheOperationThatMadeTheFirstInfinity() throws {
    let line: UInt = #line + 2
    let executor = trained([1, 2, 3e30, 4]) { g, x in
      g.scale(g.multiply(x, x), by: 0)
    }
    let anomaly = try #require(executor.anomaly)
    #expect(anomaly.operation == "multiply")
    #expect(anomaly.origin.path == "model.layers.3")
    #expect(anomaly.origin.file.description.hasSuffix("ExecutorTests.swift"))
    #expect(anomaly.origin.line == line)
    #expect(!anomaly.isBackward)
    #expect(anomaly.element == 2)
    #expect(
      anomaly.description
        == "multiply at model.layers.3 (AutodiffTests/ExecutorTests.swift:\(line)) made a non-finite value (element 2)"
    )
  }

  @Test func checkedModeNamesTheOperationThatMadeTheFirstBadGradient() throws {
    let line: UInt = #line + 2
    let executor = trained([1e-30, 1e-30], seed: 1e20) { g, x in
      g.scale(x, by: 1e25)
    }
    let anomaly = try #require(executor.anomaly)
    #expect(anomaly.operation == "scale")
    #expect(anomaly.origin.line == line)
    #expect(anomaly.isBackward)
    #expect(anomaly.description.contains("made a non-finite gradient"))
  }

  @Test func checkedModeFindsAParameterThatWasNeverLoaded() throws {
    let executor = trained([1, .nan]) { g, x in g.scale(x, by: 2) }
    #expect(try #require(executor.anomaly).element == 1)
  }

  /// The loss of an impossible label is infinite, though no gradient is.
  @Test func checkedModeFindsAnInfiniteLoss() throws {
    let executor = trained([1e30, 1e30], seed: 1e20, mode: .checked) { g, x in x }
    let anomaly = try #require(executor.anomaly)
    #expect(anomaly.operation == "cotangentLoss")
    #expect(!anomaly.isBackward)
  }

  @Test func anAnomalyIsForgottenByTheNextRun() {
    var g = Graph()
    let x = g.input([2])
    let y = g.multiply(x, x)
    let executor = Executor(
      Plan(g, outputs: [y], training: false, on: backend), on: backend, mode: .checked)
    executor.write([1e30, 1] as [Float], to: x)
    executor.forward()
    #expect(executor.anomaly?.element == 0)
    executor.write([3, 1] as [Float], to: x)
    executor.forward()
    #expect(executor.anomaly == nil)
    #expect(executor.read(y) == [9, 1])
  }

  @Test func fastModeLooksAtNothing() {
    #expect(trained([1, .nan], mode: .fast) { g, x in g.scale(x, by: 2) }.anomaly == nil)
  }

  /// Validation on the plan that trains.
  @Test func aTrainingPlanRunsForwardAlone() {
    let store = ParameterStore(on: backend)
    let x = store.add("x", [2, 3], .normal(standardDeviation: 1), isTrainable: true)
    let w = store.add("w", [5, 3], .normal(standardDeviation: 1), isTrainable: true)
    store.reserve()
    store.initialize(seed: 3)
    var g = Graph()
    let labels = g.input([2], .int32)
    let scale = g.input([1])
    let loss = g.headCrossEntropy(g.parameter(x), g.parameter(w), labels: labels, scale: scale)
    let executor = Executor(Plan(g, outputs: [loss], training: true, on: backend), on: backend)
    executor.write([1, 4] as [Int32], to: labels)
    executor.write([1 as Float], to: scale)
    executor.forwardBackward()
    let trained = executor.read(loss)
    let gradients = backend.read(store.gradientSlab)
    executor.forward()
    #expect(executor.read(loss) == trained)
    #expect(backend.read(store.gradientSlab) == gradients, "a forward pass leaves gradients alone")
  }

  @Test func stepsTakeNoMemory() {
    let executor = trained([1, 2, 3], mode: .fast) { g, x in g.multiply(g.scale(x, by: 2), x) }
    let before = (backend.reservationCount, backend.reservedBytes)
    for _ in 0..<5 { executor.forwardBackward(accumulating: true) }
    #expect(backend.reservationCount == before.0)
    #expect(backend.reservedBytes == before.1)
  }

  @Test func memoryIsGivenBack() {
    let before = backend.reservedBytes
    var g = Graph()
    let x = g.input([1000])
    let y = g.scale(x, by: 1)
    do {
      let executor = Executor(Plan(g, outputs: [y], training: false, on: backend), on: backend)
      #expect(backend.reservedBytes >= before + 8000)
      executor.write([Float](repeating: 1, count: 1000), to: x)
    }
    #expect(backend.reservedBytes == before)
  }
}
