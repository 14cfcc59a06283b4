import Autodiff
import TestSupport
import Testing

@Suite struct PlannerTests {
  /// If two living values or gradients shared memory, one of them would change.
  @Test(arguments: 0..<150 as Range<UInt64>)
  func randomProgramsGiveTheSameBitsWithAndWithoutReuse(seed: UInt64) {
    let reused = RandomGraph(seed: seed).run(reusingMemory: true)
    let apart = RandomGraph(seed: seed).run(reusingMemory: false)
    #expect(reused.anomaly == nil, "seed \(seed)")
    #expect(reused == apart, "seed \(seed)")
  }

  /// What is computed twice is the same both times, and nobody reads the wrong one of the two.
  @Test(arguments: 0..<150 as Range<UInt64>)
  func randomProgramsGiveTheSameBitsWithRecomputation(seed: UInt64) {
    let kept = RandomGraph(seed: seed).run(reusingMemory: true)
    for reusingMemory in [true, false] {
      let again = RandomGraph(seed: seed).run(reusingMemory: reusingMemory, recomputing: true)
      #expect(again == kept, "seed \(seed)")
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func planningNeverTakesMoreMemory(seed: UInt64) {
    let memory = RandomGraph(seed: seed).memory()
    #expect(memory.planned <= memory.unplanned, "seed \(seed)")
  }

  /// A deep stack of gated layers, recorded on `g`.
  private static func stack(_ store: ParameterStore, layers: Int, on g: inout Graph) -> Tensor {
    let scope = ParameterScope(store)
    let blocks = (0..<layers).map { index in
      FeedForward(
        scope(index), size: 32, inner: 96, initializer: .normal(standardDeviation: 0.1),
        downInitializer: .normal(standardDeviation: 0.1))
    }
    store.reserve()
    store.initialize(seed: 1)
    var x = g.input([64, 32])
    for block in blocks { x = g.segment { g in g.add(x, block(x, in: &g)) } }
    return x
  }

  private static func plan(layers: Int, training: Bool, recomputing: Bool = false) -> Plan {
    let backend = CPUBackend(threads: 1)
    var g = Graph()
    let x = stack(ParameterStore(on: backend), layers: layers, on: &g)
    if training { _ = g.cotangentLoss(x, cotangent: g.input(x.shape), scale: g.input([1])) }
    return Plan(g, outputs: [x], training: training, recomputing: recomputing, on: backend)
  }

  /// A layer more costs its input alone: 64 rows of 32.
  @Test func recomputationKeepsTheInputOfALayer() {
    let (few, many) = (
      Self.plan(layers: 4, training: true, recomputing: true),
      Self.plan(layers: 12, training: true, recomputing: true)
    )
    #expect(many.activationCount - few.activationCount == 8 * 64 * 32)
    #expect(many.activationCount < Self.plan(layers: 12, training: true).activationCount / 4)
  }

  @Test func deepStacksTakeFarLessThanUnplanned() {
    let training = Self.plan(layers: 12, training: true)
    #expect(training.activationCount < training.unplannedCount * 2 / 3)
    let inference = Self.plan(layers: 12, training: false)
    #expect(inference.activationCount < inference.unplannedCount / 8)
  }

  @Test func depthCostsNothingWithoutABackwardPass() {
    #expect(
      Self.plan(layers: 3, training: false).activationCount
        == Self.plan(layers: 30, training: false).activationCount)
  }

  @Test func outputsSurviveTheRun() {
    let backend = CPUBackend(threads: 1)
    var g = Graph()
    let x = g.input([3])
    let first = g.scale(x, by: 2)
    let second = g.scale(first, by: 10)
    let third = g.scale(second, by: 10)
    let executor = Executor(Plan(g, outputs: [first, third], training: false, on: backend), on: backend)
    executor.write([1, 2, 3] as [Float], to: x)
    executor.forward()
    #expect(executor.read(first) == [2, 4, 6])
    #expect(executor.read(third) == [200, 400, 600])
    #expect(executor.slot(of: second) == executor.slot(of: third), "an output nobody reads is written over")
  }

  @Test func aTiedParameterGathersBothGradients() {
    let backend = CPUBackend(threads: 1)
    let store = ParameterStore(on: backend)
    let w = store.add("w", [2], .constant(3), isTrainable: true)
    store.reserve()
    store.initialize(seed: 0)
    var g = Graph()
    let (a, b) = (g.parameter(w), g.parameter(w))
    let seed = g.input([2])
    let scale = g.input([1])
    let loss = g.cotangentLoss(g.multiply(a, b), cotangent: seed, scale: scale)
    let executor = Executor(Plan(g, outputs: [loss], training: true, on: backend), on: backend)
    executor.write([1, 10] as [Float], to: seed)
    executor.write([1 as Float], to: scale)
    executor.forwardBackward()
    executor.forwardBackward(accumulating: true)
    let gradient = store.parameters[0].gradient.map { backend.read($0) }
    #expect(gradient == [12, 120])
    #expect(executor.read(loss) == [99])
  }
}
