internal import DraftData

/// Qwen3 without experts: heads of queries and keys are normalised, and need not divide the width.
///
/// Source: Yang et al., "Qwen3 technical report", 2025; the keys as documented for transformers' `Qwen3Config`.
enum Qwen3Family: FamilyDescription {
  static let architecture = "Qwen3ForCausalLM"
  static let keys = SlidingWindow.keys.union(["attention_bias"])

  static func read(_ config: JSONNode, into configuration: inout ModelConfiguration) throws {
    let hasBias = try config.optional("attention_bias")?.bool ?? false
    (configuration.hasAttentionBias, configuration.hasOutputBias) = (hasBias, hasBias)
    configuration.normalizesHeads = true
    configuration.window = try SlidingWindow.late(config, layers: configuration.layerCount)
    // transformers takes 128 for a configuration that does not say.
    if try config.optional("head_dim") == nil { configuration.headSize = 128 }
  }

  static func write(_ configuration: ModelConfiguration) -> [(String, JSONValue)] {
    SlidingWindow.members(configuration.window, layers: configuration.layerCount)
      + [("attention_bias", .bool(configuration.hasAttentionBias))]
  }
}
