internal import DraftData

/// Keys of a `config.json` that all families share. A key that nobody knows may change what a model computes: it is
/// refused, never passed over.
enum HuggingFaceKeys {
  /// What `ModelConfiguration` reads, and where the tokens stand.
  private static let read: Set = [
    "model_type", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
    "num_key_value_heads", "head_dim", "vocab_size", "max_position_embeddings", "rms_norm_eps", "rope_theta",
    "rope_scaling", "rope_parameters", "tie_word_embeddings", "hidden_act", "quantization_config",
    "bos_token_id", "eos_token_id", "pad_token_id", "partial_rotary_factor",
  ]

  /// What says nothing of the function: how it was made, stored and is called.
  private static let neutral: Set = [
    "architectures", "_name_or_path", "_attn_implementation", "_attn_implementation_autoset",
    "transformers_version",
    "torch_dtype", "dtype", "auto_map", "use_cache", "initializer_range", "attention_dropout",
    "resid_pdrop", "embd_pdrop", "hidden_dropout", "dropout", "output_hidden_states", "output_attentions",
    "return_dict",
    "chunk_size_feed_forward", "is_encoder_decoder", "id2label", "label2id", "problem_type", "pretraining_tp",
    "torchscript", "use_bfloat16", "unsloth_fixed", "unsloth_version", "model_name", "name", "comment",
    "_comment", "return_dict_in_generate", "tokenizer_class", "task_specific_params", "finetuning_task",
    "is_llama_config", "transformers.js_config", "_flash_attn_2_enabled", "cache_implementation",
  ]

  /// Keys that change nothing as long as they hold this.
  private static let inert: [(String, JSONValue)] = [
    ("rope_interleaved", false), ("attention_bias", false), ("mlp_bias", false),
    ("use_sliding_window", false),
    ("sliding_window", .null), ("use_mrope", false), ("use_qk_norm", false),
  ]

  /// - Throws: `InputError` naming the first key that is unknown and how many there are.
  static func refuseUnknown(_ config: JSONNode, _ family: ModelFamily) throws {
    let known = read.union(neutral).union(family.description.keys)
    let unknown = try config.members.filter { key, node in
      guard !known.contains(key) else { return false }
      return !inert.contains { $0.0 == key && $0.1 == node.value }
    }
    guard let (key, node) = unknown.first else { return }
    let others = unknown.count > 1 ? " (and \(unknown.count - 1) more)" : ""
    throw node.error(
      found: "found the key '\(key)'\(others), which is unknown for '\(family.rawValue)'",
      expected: "keys whose meaning is known",
      remedy: "Remove it if it does not change what the model computes")
  }
}
