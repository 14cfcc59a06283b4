import Autodiff
import Testing

@Suite struct GradientClippingTests {
  private func bench(_ gradients: [Float]) -> OptimizerBench {
    let bench = OptimizerBench([("a", [2]), ("b", [3])], .sgd(SGD.Settings()))
    bench.setGradient("a", Array(gradients[..<2]))
    bench.setGradient("b", Array(gradients[2...]))
    return bench
  }

  private func gradients(_ bench: OptimizerBench) -> [Float] {
    bench.store.parameters.flatMap { $0.gradient.map(bench.backend.read) ?? [] }
  }

  @Test("The norm runs over all parameters and the factor brings it to the limit")
  func globalNorm() {
    let bench = bench([3, 0, 0, -4, 0])
    let report = GradientClipping.globalNorm(2).apply(to: bench.store, on: bench.backend)
    #expect(report.norm == 5)
    #expect(report.factor == 2 / (5 + 1e-6))
    #expect(gradients(bench) == [3, 0, 0, -4, 0])
  }

  @Test("A small gradient is left alone")
  func smallGradient() {
    let bench = bench([0.3, 0, 0, 0.4, 0])
    let report = GradientClipping.globalNorm(2).apply(to: bench.store, on: bench.backend)
    #expect(report.factor == 1)
  }

  @Test("The norm is exact where float32 squares would overflow or vanish")
  func extremeNorms() {
    let large = bench([3e30, 0, 0, 4e30, 0])
    let norm = GradientClipping.none.apply(to: large.store, on: large.backend).norm
    #expect(abs(norm / 5e30 - 1) < 1e-6)
    let small = bench([3e-30, 0, 0, 4e-30, 0])
    let tiny = GradientClipping.none.apply(to: small.store, on: small.backend).norm
    #expect(abs(tiny / 5e-30 - 1) < 1e-6)
  }

  @Test("NaN and infinity are reported, never hidden", arguments: [Float.nan, .infinity, -.infinity])
  func nonFinite(value: Float) {
    for clipping in [GradientClipping.none, .globalNorm(1), .value(1)] {
      let bench = bench([1, value, 0, 0, 0])
      let report = clipping.apply(to: bench.store, on: bench.backend)
      #expect(!report.isFinite)
      #expect(report.norm.isNaN == value.isNaN)
    }
  }

  @Test("Value clipping clamps each element and reports the norm before it")
  func valueClipping() {
    let bench = bench([3, -0.5, 0, -4, 1])
    let report = GradientClipping.value(1).apply(to: bench.store, on: bench.backend)
    #expect(gradients(bench) == [1, -0.5, 0, -1, 1])
    #expect(report.factor == 1)
    #expect(abs(report.norm - 26.25.squareRoot()) < 1e-12)
  }
}
