package import DraftData

/// What a training step costs, and how near it comes to the matrix library's own speed.
package struct StepBenchmarkReport: Sendable {
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
  /// Of the best large product on the same threads; nil where that was not measured.
  package let ceilingGigaflops: Double?

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
    object["gemm_gflops"] = ceilingGigaflops.map { .number($0) }
    object["gemm_share"] = ceilingGigaflops.map { .number(gigaflops / $0) }
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
    guard let ceilingGigaflops else { return "" }
    let text = NumberText.fixed
    return ", \(text(100 * gigaflops / ceilingGigaflops, 0)) % of sgemm's \(text(ceilingGigaflops, 1)) here"
  }

  private static func mebibytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }
}
