package import DraftData

/// What a training step costs, and how near it comes to matrix products alone.
package struct StepBenchmarkReport: Sendable {
  /// The best large product on the same threads, in 10⁹ operations a second.
  package struct Ceiling: Sendable {
    /// By OpenBLAS in float32.
    package let library: Double
    /// By the kernels that the step ran on.
    package let kernels: Double
  }

  package let parameters: Int
  /// Of one step.
  package let tokens: Int
  /// Floating-point operations of one step: 6 for each multiplied weight and token, and attention's.
  package let operations: Double
  /// Of one step.
  package let seconds: Samples
  /// One for each step, those before the measured ones included.
  package let losses: [Double]
  /// How often a step took memory from the system for values.
  package let reservationsPerStep: Double
  /// Weights, gradients, optimizer state, activations and scratch.
  package let plannedBytes: Int
  /// Most memory that the process ever held, the program itself included, before the matrix library was measured.
  package let peakBytes: Int
  /// Nil where it was not measured.
  package let ceiling: Ceiling?

  /// Tokens a second in the median step.
  package var tokensPerSecond: Double { Double(tokens) / seconds.median }
  /// 10⁹ operations a second in the median step.
  package var gigaflops: Double { operations * 1e-9 / seconds.median }

  /// One object, under the names that scripts rely on.
  package var json: JSONValue {
    var object = JSONObject()
    object["tokens_per_s"] = .number(tokensPerSecond)
    object["step_s"] = .number(seconds.median)
    object["step_min_s"] = .number(seconds.least)
    object["gflops"] = .number(gigaflops)
    object["sgemm_gflops"] = ceiling.map { .number($0.library) }
    object["sgemm_share"] = ceiling.map { .number(gigaflops / $0.library) }
    object["product_gflops"] = ceiling.map { .number($0.kernels) }
    object["product_share"] = ceiling.map { .number(gigaflops / $0.kernels) }
    object["peak_rss_mib"] = .number(Self.mebibytes(peakBytes))
    object["planned_mib"] = .number(Self.mebibytes(plannedBytes))
    object["allocations_per_step"] = .number(reservationsPerStep)
    object["parameters"] = .integer(parameters)
    object["tokens"] = .integer(tokens)
    object["losses"] = .array(losses.map { .number($0) })
    return .object(object)
  }

  /// The same for a person.
  package var lines: [String] {
    let text = NumberText.fixed
    return [
      "\(parameters) parameters, \(tokens) tokens a step",
      "\(text(tokensPerSecond, 0)) tokens/s   step \(text(seconds.median, 4)) s (least \(text(seconds.least, 4)))",
      "\(text(gigaflops, 1)) GFLOP/s" + share,
      "memory: \(text(Self.mebibytes(plannedBytes), 0)) MiB planned, \(text(Self.mebibytes(peakBytes), 0)) MiB at most, "
        + "\(text(reservationsPerStep, 0)) blocks taken a step",
      "loss \(text(losses.first ?? 0, 4)) to \(text(losses.last ?? 0, 4))",
    ]
  }

  /// How near the step comes to a large product.
  private var share: String {
    guard let ceiling else { return "" }
    func part(_ whole: Double) -> String {
      "\(NumberText.fixed(100 * gigaflops / whole, 0)) % of the \(NumberText.fixed(whole, 1))"
    }
    return ": \(part(ceiling.library)) of OpenBLAS's sgemm here, \(part(ceiling.kernels)) of our products"
  }

  private static func mebibytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }
}
