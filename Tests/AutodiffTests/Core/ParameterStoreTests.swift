import Autodiff
import Testing

@Suite struct ParameterStoreTests {
  private let backend = CPUBackend(threads: 1)

  @Test func parametersAreNamedByTheirScopesInOrder() {
    let store = ParameterStore(on: backend)
    let scope = ParameterScope(store)
    _ = scope("layers")(0).parameter("weight", [3, 2], .constant(1))
    _ = scope("layers")(1).frozen.parameter("weight", [5], .constant(2))
    _ = scope("layers")(1).parameter("bias", [1], .constant(3))
    #expect(store.parameters.map(\.name) == ["layers.0.weight", "layers.1.weight", "layers.1.bias"])
    #expect(store.parameters.map(\.isTrainable) == [true, false, true])
    #expect(store.weightCount == 12)
    #expect(store.trainableWeightCount == 7)
  }

  @Test func whatIsFrozenByNameOrByTheBeginningOfOneIsNotTrained() {
    let store = ParameterStore(on: backend, frozen: ["head.weight", "layers.1.", "layer"])
    let scope = ParameterScope(store)
    _ = scope("head").parameter("weight", [3, 2], .constant(1))
    _ = scope("head").parameter("weight2", [3], .constant(1))
    _ = scope("layers")(1).parameter("weight", [5], .constant(2))
    _ = scope("layers")(10).parameter("weight", [5], .constant(2))
    #expect(store.parameters.map(\.isTrainable) == [false, true, false, true])
    #expect(store.trainableWeightCount == 8)
  }

  @Test func whatMustBeLoadedIsBornNaNAndGapsAreZero() {
    let store = ParameterStore(on: backend)
    let a = store.add("a", [3], .loaded, isTrainable: true)
    let b = store.add("b", [3], .constant(7), isTrainable: true)
    store.reserve()
    store.initialize(seed: 1)
    #expect(store.read(a).allSatisfy { $0.isNaN })
    #expect(store.read(b) == [7, 7, 7])
    let slab = backend.read(store.trainableSlab)
    #expect(slab.count == store.trainableSlabCount)
    #expect(slab[3..<16].allSatisfy { $0 == 0 })
    #expect(slab[19...].allSatisfy { $0 == 0 })
  }

  @Test func initialisationDependsOnSeedAndOrderAlone() {
    func values(seed: UInt64, threads: Int) -> [Float] {
      let backend = CPUBackend(threads: threads)
      let store = ParameterStore(on: backend)
      _ = store.add("a", [5, 7], .normal(standardDeviation: 0.5), isTrainable: true)
      let b = store.add("b", [1001], .normal(standardDeviation: 0.5), isTrainable: false)
      store.reserve()
      store.initialize(seed: seed)
      return store.read(b)
    }
    let first = values(seed: 1, threads: 1)
    #expect(values(seed: 1, threads: 2) == first)
    #expect(values(seed: 2, threads: 1) != first)
    let deviation = (first.reduce(0) { $0 + $1 * $1 } / 1001).squareRoot()
    #expect(abs(deviation - 0.5) < 0.05)
  }
}
