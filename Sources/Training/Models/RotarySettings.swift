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
  init(_ config: JSONNode) throws {
    let parameters = try config.optional("rope_parameters")
    let legacy = try config.optional("rope_scaling")
    let outer = try config.optional("rope_theta")?.double
    theta = try parameters?.optional("rope_theta")?.double ?? outer ?? 10_000
    guard theta > 0, theta.isFinite else {
      throw config.error(found: "found rope_theta \(theta)", expected: "a number above 0")
    }
    scaling = try (parameters ?? legacy).flatMap { try Self.scaling($0) }
  }

  private static func scaling(_ node: JSONNode) throws -> RotaryScaling? {
    let type = try node.optional("rope_type") ?? node.optional("type")
    switch try type?.string ?? "default" {
    case "default": return nil
    case "linear": return .linear(factor: try positive(node, "factor"))
    case "llama3":
      return .llama3(
        factor: try positive(node, "factor"), lowFrequencyFactor: try positive(node, "low_freq_factor"),
        highFrequencyFactor: try positive(node, "high_freq_factor"),
        originalPositions: try node.required("original_max_position_embeddings").int(in: 1...(1 << 30)))
    case let other:
      throw node.error(
        found: "found the rotary scaling '\(other)'", expected: "'default', 'linear' or 'llama3'")
    }
  }

  private static func positive(_ node: JSONNode, _ key: String) throws -> Double {
    let field = try node.required(key)
    let value = try field.double
    guard value > 0 else { throw field.error(found: "found \(value)", expected: "a number above 0") }
    return value
  }

  /// The members that both spellings share.
  private var members: JSONObject {
    var members = JSONObject()
    switch scaling {
    case nil: members["rope_type"] = "default"
    case .linear(let factor):
      members["rope_type"] = "linear"
      members["factor"] = .number(factor)
    case .llama3(let factor, let low, let high, let original):
      members["rope_type"] = "llama3"
      members["factor"] = .number(factor)
      members["low_freq_factor"] = .number(low)
      members["high_freq_factor"] = .number(high)
      members["original_max_position_embeddings"] = .integer(original)
    }
    return members
  }

  /// `rope_parameters`.
  var parameters: JSONValue {
    var members = members
    members["rope_theta"] = .number(theta)
    return .object(members)
  }

  /// `rope_scaling`: null without scaling.
  var legacyScaling: JSONValue { scaling == nil ? .null : .object(members) }
}
