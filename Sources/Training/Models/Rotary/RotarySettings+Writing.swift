internal import DraftData

extension RotarySettings {
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
    case .yarn(let factor, let fast, let slow, let original, let attention):
      members["rope_type"] = "yarn"
      members["factor"] = .number(factor)
      members["beta_fast"] = .number(fast)
      members["beta_slow"] = .number(slow)
      members["original_max_position_embeddings"] = .integer(original)
      members["attention_factor"] = attention.map { .number($0) }
    case .longRope(let short, let long, let original, let attention):
      members["rope_type"] = "longrope"
      members["short_factor"] = .array(short.map { .number($0) })
      members["long_factor"] = .array(long.map { .number($0) })
      members["original_max_position_embeddings"] = .integer(original)
      members["attention_factor"] = attention.map { .number($0) }
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
