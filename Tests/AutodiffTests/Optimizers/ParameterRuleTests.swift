import Autodiff
import Testing

@Suite struct ParameterRuleTests {
  private static let shapes: [(name: String, shape: Shape)] = [
    ("embedding", [3, 2]), ("norm", [4]), ("matrix", [2, 5]),
  ]

  /// With zero gradients SGD shows the decay alone: p becomes p (1 - 0.5 decay).
  private func factors(_ rule: ParameterRule) -> [Float] {
    let bench = OptimizerBench(Self.shapes, .sgd(SGD.Settings()), rule: rule)
    for (name, shape) in Self.shapes {
      bench.set(name, [Float](repeating: 1, count: shape.count))
    }
    bench.optimizer.step(learningRate: 0.5, gradientScale: 1)
    return Self.shapes.flatMap { Set(bench.values($0.name)).sorted() }
  }

  @Test("Matrices decay and vectors do not")
  func matricesDecay() {
    #expect(factors(ParameterRule(strength: 0.5)) == [0.75, 1, 0.75])
  }

  @Test("Vectors decay when asked to")
  func vectorsDecay() {
    #expect(factors(ParameterRule(strength: 0.5, vectorsDecay: true)) == [0.75, 0.75, 0.75])
  }

  @Test("Named parameters are exempt")
  func exempt() {
    #expect(factors(ParameterRule(strength: 0.5, exempt: ["embedding"])) == [1, 1, 0.75])
  }

  @Test("Nothing decays without a rule")
  func nothingDecays() {
    #expect(factors(.none) == [1, 1, 1])
  }
}
