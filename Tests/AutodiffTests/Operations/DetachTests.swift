import Autodiff
import TestSupport
import Testing

@Suite struct DetachTests {
  /// y = 2 x; of detach(y) + y only the second term hands its gradient on.
  @Test func nothingFlowsBack() {
    let backend = CPUBackend(threads: 1)
    let store = ParameterStore(on: backend)
    let x = ParameterScope(store).parameter("x", [2, 3], .constant(0.5))
    store.reserve()
    store.initialize(seed: 0)
    var g = Graph()
    let y = g.scale(g.parameter(x), by: 2)
    let sum = g.add(g.detach(y), y)
    let (cotangent, scale) = (g.input([2, 3]), g.input([1]))
    _ = g.cotangentLoss(sum, cotangent: cotangent, scale: scale)
    let executor = Executor(Plan(g, outputs: [sum], training: true, on: backend), on: backend)
    let seed: [Float] = [1, -2, 3, 0.5, 4, -1]
    executor.write(seed, to: cotangent)
    executor.write([Float(1)], to: scale)
    executor.forwardBackward(accumulating: false)
    #expect(executor.read(sum) == [Float](repeating: 2, count: 6))
    #expect(backend.read(x.gradient ?? x.value) == seed.map { 2 * $0 })
  }
}
