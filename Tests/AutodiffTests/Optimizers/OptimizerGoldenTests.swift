import Autodiff
import Testing

@Suite struct OptimizerGoldenTests {
  /// The order in which parameters are created; sizes leave gaps between them.
  private static let order = ["tall", "norm", "wide", "bias"]

  /// How far float32 arithmetic in another order may lead after so many steps, as a share of the largest weight.
  ///
  /// Each step of an elementwise rule rounds a few times, 2^-24 each. Muon's matrices are products of products: an
  /// error in the normalised gradient may grow by the slope at zero in each of the five iterations.
  private static func tolerance(_ optimizer: String, steps: Int) -> Float {
    let roundings = 2 * Float(steps + 1)
    let amplification: Float = optimizer == "muon" ? 4 : 1
    return roundings * amplification * 0x1p-24
  }

  @Test(
    "Ten steps follow the reference implementation",
    arguments: try GoldenOptimizers.load().cases)
  func followsTheReference(golden: GoldenOptimizers.Case) throws {
    let inputs = try GoldenOptimizers.load()
    let shapes = try Self.order.map { ($0, Shape(try #require(inputs.shapes[$0]))) }
    let bench = OptimizerBench(shapes, try golden.optimizerSettings(), rule: golden.rule)
    for name in Self.order { bench.set(name, try #require(inputs.weights[name])) }
    for (index, gradients) in inputs.gradients.enumerated() {
      for name in Self.order { bench.setGradient(name, try #require(gradients[name])) }
      let report = golden.clipping.apply(to: bench.store, on: bench.backend)
      bench.optimizer.step(learningRate: golden.learning_rate, gradientScale: report.factor)
      guard let expected = golden.after[String(index + 1)] else { continue }
      for name in Self.order {
        let wanted = try #require(expected[name])
        let largest = wanted.map(abs).max() ?? 0
        let error = zip(bench.values(name), wanted).map { abs($0 - $1) }.max() ?? .infinity
        let limit = Self.tolerance(golden.optimizer, steps: index + 1) * largest
        #expect(error <= limit, "\(name) after step \(index + 1): \(error / largest * 0x1p24) of 2^-24")
      }
    }
    #expect(golden.after["10"] != nil)
  }
}
