internal import DraftData

/// The rotary part of a Hugging Face configuration, in either spelling.
struct RotarySettings {
  let theta: Double
  let scaling: RotaryScaling?

  init(theta: Double, scaling: RotaryScaling?) {
    self.theta = theta
    self.scaling = scaling
  }

  /// Reads `rope_parameters`, or `rope_theta` and `rope_scaling` where the former is absent.
  ///
  /// - Parameters:
  ///   - defaultTheta: the family's, for configurations that say nothing.
  ///   - pairs: rotated pairs of a head.
  init(_ config: JSONNode, defaultTheta: Double, pairs: Int) throws {
    let parameters = try config.optional("rope_parameters")
    let legacy = try config.optional("rope_scaling")
    let outer = try config.optional("rope_theta")?.double
    theta = try parameters?.optional("rope_theta")?.double ?? outer ?? defaultTheta
    guard theta > 0, theta.isFinite else {
      throw config.error(found: "found rope_theta \(theta)", expected: "a number above 0")
    }
    for place in [config, parameters].compactMap({ $0 }) {
      guard let share = try place.optional("partial_rotary_factor"), try share.double != 1 else { continue }
      throw share.error(found: "found \(try share.double)", expected: "1: whole heads are rotated")
    }
    scaling = try (parameters ?? legacy).flatMap { try Self.scaling($0, in: config, pairs: pairs) }
  }

  private static func scaling(_ node: JSONNode, in config: JSONNode, pairs: Int) throws -> RotaryScaling? {
    let type = try node.optional("rope_type") ?? node.optional("type")
    switch try type?.string ?? "default" {
    case "default": return nil
    case "linear": return .linear(factor: try positive(node, "factor"))
    case "llama3":
      return .llama3(
        factor: try positive(node, "factor"), lowFrequencyFactor: try positive(node, "low_freq_factor"),
        highFrequencyFactor: try positive(node, "high_freq_factor"),
        originalPositions: try originalPositions(node, in: config))
    case "yarn" where try node.optional("short_factor") == nil:
      try refuse(["mscale", "mscale_all_dim", "truncate"], in: node)
      return .yarn(
        factor: try positive(node, "factor"), betaFast: try optionalPositive(node, "beta_fast") ?? 32,
        betaSlow: try optionalPositive(node, "beta_slow") ?? 1,
        originalPositions: try originalPositions(node, in: config),
        attentionFactor: try optionalPositive(node, "attention_factor"))
    case "longrope", "su", "yarn":
      let originalPositions = try originalPositions(node, in: config)
      return .longRope(
        shortFactors: try factors(node, "short_factor", pairs),
        longFactors: try factors(node, "long_factor", pairs),
        originalPositions: originalPositions,
        attentionFactor: try optionalPositive(node, "attention_factor")
          ?? optionalPositive(node, "factor").map {
            RotaryFrequencies.longRopeScale(factor: $0, originalPositions: originalPositions)
          })
    case let other:
      throw node.error(
        found: "found the rotary scaling '\(other)'",
        expected: "'default', 'linear', 'llama3', 'yarn' or 'longrope'")
    }
  }

  /// The length of pre-training: beside the rotary settings where it stands there, as in Phi-3, else among them, else
  /// the longest sequence.
  private static func originalPositions(_ node: JSONNode, in config: JSONNode) throws -> Int {
    let key = "original_max_position_embeddings"
    let found = try config.optional(key) ?? node.optional(key) ?? config.required("max_position_embeddings")
    return try found.int(in: 2...(1 << 30))
  }

  private static func refuse(_ keys: [String], in node: JSONNode) throws {
    for key in keys {
      guard let field = try node.optional(key) else { continue }
      throw field.error(found: "found '\(key)'", expected: "a rotary scaling without it")
    }
  }

  private static func positive(_ node: JSONNode, _ key: String) throws -> Double {
    try positive(node.required(key))
  }

  private static func optionalPositive(_ node: JSONNode, _ key: String) throws -> Double? {
    try node.optional(key).map(positive)
  }

  private static func positive(_ field: JSONNode) throws -> Double {
    let value = try field.double
    guard value > 0 else { throw field.error(found: "found \(value)", expected: "a number above 0") }
    return value
  }

  private static func factors(_ node: JSONNode, _ key: String, _ pairs: Int) throws -> [Double] {
    let list = try node.required(key)
    let factors = try list.elements.map(positive)
    guard factors.count == pairs else {
      throw list.error(
        found: "found \(factors.count) factors", expected: "\(pairs), one for each pair of a head")
    }
    return factors
  }
}
