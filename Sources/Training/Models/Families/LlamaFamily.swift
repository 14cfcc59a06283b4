internal import DraftData

/// Llama 2 and 3, and what has their shape: SmolLM 1 and 2, TinyLlama, Vicuna.
///
/// Source: Touvron et al. 2023; Grattafiori et al. 2024; the keys as documented for transformers' `LlamaConfig`.
enum LlamaFamily: FamilyDescription {
  static let architecture = "LlamaForCausalLM"
  static let keys: Set = ["attention_bias", "mlp_bias"]

  static func read(_ config: JSONNode, into configuration: inout ModelConfiguration) throws {
    let hasBias = try config.optional("attention_bias")?.bool ?? false
    (configuration.hasAttentionBias, configuration.hasOutputBias) = (hasBias, hasBias)
    configuration.hasFeedForwardBias = try config.optional("mlp_bias")?.bool ?? false
  }

  static func write(_ configuration: ModelConfiguration) -> [(String, JSONValue)] {
    [
      ("attention_bias", .bool(configuration.hasAttentionBias)),
      ("mlp_bias", .bool(configuration.hasFeedForwardBias)),
    ]
  }
}
