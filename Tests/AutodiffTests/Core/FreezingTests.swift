import Autodiff
import TestSupport
import Testing

@Suite struct FreezingTests {
  @Test func frozenInputsGetNoGradientAndCostNothing() {
    let backend = CPUBackend(threads: 1)
    let store = ParameterStore(on: backend)
    let frozen = store.add("frozen", [4], .constant(2), isTrainable: false)
    let learned = store.add("learned", [4], .constant(1), isTrainable: true)
    store.reserve()
    store.initialize(seed: 0)
    let log = GradientLog()
    var g = Graph()
    func sum(_ label: String, _ inputs: [Tensor]) -> Tensor {
      g.apply(LoggingOperation(label: label, log: log), inputs)
    }
    let input = g.input([4])
    let below = sum("frozen and input", [g.parameter(frozen), input])
    let mixed = sum("mixed", [below, g.parameter(learned)])
    _ = sum("unused", [mixed])
    let top = sum("top", [mixed, input])
    let seed = g.input([4])
    let scale = g.input([1])
    _ = g.cotangentLoss(top, cotangent: seed, scale: scale)
    let executor = Executor(Plan(g, outputs: [top], training: true, on: backend), on: backend)
    executor.write([1, 2, 3, 4] as [Float], to: input)
    executor.write([5, 6, 7, 8] as [Float], to: seed)
    executor.write([1 as Float], to: scale)
    executor.forwardBackward()
    #expect(executor.read(top) == [5, 7, 9, 11])
    #expect(
      log.entries == [
        .init(label: "top", wanted: [true, false]), .init(label: "mixed", wanted: [false, true]),
      ])
    #expect(learned.gradient.map { backend.read($0) } == [5, 6, 7, 8])
    #expect(frozen.gradient == nil)
  }

  @Test func freezingTheLowerLayersSavesTheirMemory() {
    func memory(frozenLayers: Int) -> Int {
      let backend = CPUBackend(threads: 1)
      let store = ParameterStore(on: backend)
      var g = Graph()
      var x = g.input([64, 32])
      for layer in 0..<6 {
        let scope = ParameterScope(store, isTrainable: layer >= frozenLayers)
        let block = FeedForward(
          scope(layer), size: 32, inner: 96, initializer: .constant(0), downInitializer: .constant(0))
        x = block(x, in: &g)
      }
      store.reserve()
      _ = g.cotangentLoss(x, cotangent: g.input(x.shape), scale: g.input([1]))
      return Plan(g, outputs: [], training: true, on: backend).activationCount
    }
    #expect(memory(frozenLayers: 5) < memory(frozenLayers: 0) / 2)
  }

  /// The teacher's side of a distillation is a constant, also where it is made from parameters that learn.
  @Test func noGradientFlowsIntoATeacher() {
    let backend = CPUBackend(threads: 1)
    let store = ParameterStore(on: backend)
    let x = store.add("x", [3, 4], .normal(standardDeviation: 1), isTrainable: true)
    let w = store.add("w", [7, 4], .normal(standardDeviation: 1), isTrainable: true)
    let table = store.add("table", [7, 4], .normal(standardDeviation: 1), isTrainable: true)
    store.reserve()
    store.initialize(seed: 4)
    var mix = LossMix()
    mix.forwardKL = 1
    func gradient(teacherIsLearned: Bool) -> [Float] {
      var g = Graph()
      let labels = g.input([3], .int32)
      let scale = g.input([1])
      let state = g.parameter(x)
      let source = teacherIsLearned ? state : g.stored(x.shape, value: x.value)
      let head = teacherIsLearned ? g.parameter(table) : g.stored(table.shape, value: table.value)
      let teacher = g.scale(g.scale(source, by: 2), by: 1.5)
      let loss = g.headDistillation(
        g.scale(state, by: 1), g.parameter(w), labels: labels, scale: scale, teacherHidden: teacher,
        teacherHead: head, mix: mix)
      let executor = Executor(
        Plan(g, outputs: [loss], training: true, on: backend), on: backend, mode: .checked)
      executor.write([1, 2, 3] as [Int32], to: labels)
      executor.write([1 as Float], to: scale)
      executor.forwardBackward()
      #expect(executor.anomaly == nil)
      return backend.read(store.gradientSlab)
    }
    let constant = gradient(teacherIsLearned: false)
    #expect(constant.contains { $0 != 0 })
    #expect(gradient(teacherIsLearned: true) == constant)
  }
}
