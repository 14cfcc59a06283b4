/// The layouts in which drafters that read hidden states are published.
package enum FeatureDrafterFormat: String, Sendable, Hashable, CaseIterable {
  /// EAGLE-1, EAGLE-2 and HASS, as the EAGLE repository, SGLang and vLLM read them.
  case eagle
  /// EAGLE-3, flat: SafeAILab, SpecForge, SGLang, vLLM.
  case eagle3
  /// EAGLE-3 as the speculators package and vLLM read it.
  case speculators
  /// EAGLE-3 for llama.cpp.
  case gguf
  /// Medusa heads.
  case medusa

  /// The kind of drafter that it holds.
  package var kind: DrafterArchitecture.Kind {
    switch self {
    case .eagle: .eagle
    case .eagle3, .speculators, .gguf: .eagle3
    case .medusa: .medusa
    }
  }

  /// The name in a file of one of the drafter's parameters.
  package func name(of parameter: String) -> String {
    switch self {
    case .eagle, .eagle3, .medusa: parameter
    case .speculators:
      parameter.hasPrefix(Self.layer) ? "layers.0." + parameter.dropFirst(Self.layer.count) : parameter
    case .gguf: Self.ggufNames.first { $0.0 == parameter }?.1 ?? parameter
    }
  }

  /// The parameter of a tensor in a GGUF file; nil for one that no drafter has.
  static func parameterName(ofGGUF name: String) -> String? { ggufNames.first { $0.1 == name }?.0 }

  private static let layer = "midlayer."

  /// Source: llama.cpp, `conversion/llama.py` and `llama-arch.cpp`, architecture `eagle3`.
  private static let ggufNames = [
    ("fc.weight", "fc.weight"), ("midlayer.input_layernorm.weight", "blk.0.attn_norm.weight"),
    ("midlayer.hidden_norm.weight", "blk.0.attn_norm_2.weight"),
    ("midlayer.self_attn.q_proj.weight", "blk.0.attn_q.weight"),
    ("midlayer.self_attn.k_proj.weight", "blk.0.attn_k.weight"),
    ("midlayer.self_attn.v_proj.weight", "blk.0.attn_v.weight"),
    ("midlayer.self_attn.o_proj.weight", "blk.0.attn_output.weight"),
    ("midlayer.post_attention_layernorm.weight", "blk.0.ffn_norm.weight"),
    ("midlayer.mlp.gate_proj.weight", "blk.0.ffn_gate.weight"),
    ("midlayer.mlp.up_proj.weight", "blk.0.ffn_up.weight"),
    ("midlayer.mlp.down_proj.weight", "blk.0.ffn_down.weight"), ("norm.weight", "output_norm.weight"),
    ("lm_head.weight", "output.weight"),
  ]
}
