internal import DraftData

/// Phi-3 and Phi-3.5: queries, keys and values in one matrix, gate and up in another, LongRoPE for long contexts.
///
/// Source: Abdin et al., "Phi-3 technical report", 2024; the keys as documented for transformers' `Phi3Config`.
enum Phi3Family: FamilyDescription {
  static let architecture = "Phi3ForCausalLM"
  static let keys: Set = ["sliding_window", "original_max_position_embeddings", "partial_rotary_factor"]

  static func read(_ config: JSONNode, into configuration: inout ModelConfiguration) throws {
    configuration.window = try SlidingWindow.everywhere(config, layers: configuration.layerCount)
  }

  static func write(_ configuration: ModelConfiguration) -> [(String, JSONValue)] {
    var original = configuration.maxPositions
    if case .longRope(_, _, let positions, _) = configuration.ropeScaling { original = positions }
    return [
      ("sliding_window", configuration.window.map { .integer($0.size) } ?? .null),
      ("original_max_position_embeddings", .integer(original)),
    ]
  }

  static func fusedWeights(_ configuration: ModelConfiguration) -> [FusedTensor] {
    let queries = configuration.headCount * configuration.headSize
    let keys = configuration.kvHeadCount * configuration.headSize
    let inner = configuration.feedForwardSize
    return [
      FusedTensor(
        name: "self_attn.qkv_proj.weight",
        parts: [
          ("self_attn.q_proj.weight", queries), ("self_attn.k_proj.weight", keys),
          ("self_attn.v_proj.weight", keys),
        ]),
      FusedTensor(
        name: "mlp.gate_up_proj.weight",
        parts: [("mlp.gate_proj.weight", inner), ("mlp.up_proj.weight", inner)]),
    ]
  }
}
