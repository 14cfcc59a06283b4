package import DraftData

extension ModelConfiguration {
  /// The largest size that any single extent may declare; more is a damaged file.
  private static let sizes = 1...(1 << 24)

  /// Reads Hugging Face's `config.json` of a family that Pacer knows.
  ///
  /// Both spellings of the rotary settings are read: `rope_theta` with `rope_scaling`, and `rope_parameters`.
  ///
  /// - Throws: `InputError` naming the key for another `model_type`, a setting that the family does not have, or a key
  ///   that nobody here knows the meaning of.
  package init(huggingFace config: JSONNode) throws {
    let family = try Self.family(config)
    try HuggingFaceKeys.refuseUnknown(config, family)
    try Self.refuseUnsupported(config)
    let hidden = try config.required("hidden_size").int(in: Self.sizes)
    let heads = try config.required("num_attention_heads").int(in: Self.sizes)
    let kvHeads = try config.optional("num_key_value_heads")?.int(in: Self.sizes) ?? heads
    guard heads % kvHeads == 0 else {
      throw try config.required("num_key_value_heads").error(
        found: "found \(kvHeads)", expected: "a divisor of num_attention_heads \(heads)")
    }
    let headSize = try config.optional("head_dim")?.int(in: Self.sizes) ?? (hidden / heads)
    guard headSize > 0, headSize % 2 == 0 else {
      throw config.error(found: "found heads of \(headSize) elements", expected: "an even number of elements")
    }
    self.init(
      vocabularySize: try config.required("vocab_size").int(in: Self.sizes), hiddenSize: hidden,
      feedForwardSize: try config.required("intermediate_size").int(in: Self.sizes),
      layerCount: try config.required("num_hidden_layers").int(in: 1...10_000), headCount: heads,
      kvHeadCount: kvHeads, headSize: headSize,
      normEpsilon: Float(try config.optional("rms_norm_eps")?.double ?? 1e-6),
      tiesEmbeddings: try config.optional("tie_word_embeddings")?.bool ?? family.description.tiesEmbeddings,
      maxPositions: try config.optional("max_position_embeddings")?.int(in: Self.sizes) ?? 2048,
      beginToken: try config.optional("bos_token_id").map { Int32(try $0.int(in: 0...(1 << 30))) },
      endTokens: try Self.tokens(config.optional("eos_token_id")),
      padToken: try config.optional("pad_token_id").map { Int32(try $0.int(in: -1...(1 << 30))) })
    self.family = family
    try family.description.read(config, into: &self)
    let rotary = try RotarySettings(
      config, defaultTheta: family.description.defaultTheta, pairs: self.headSize / 2)
    (ropeTheta, ropeScaling) = (rotary.theta, rotary.scaling)
  }

  private static func family(_ config: JSONNode) throws -> ModelFamily {
    let type = try config.required("model_type")
    if let family = ModelFamily(rawValue: try type.string) { return family }
    let known = ModelFamily.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    throw type.error(found: "found '\(try type.string)'", expected: "one of \(known)")
  }

  private static func refuseUnsupported(_ config: JSONNode) throws {
    if let activation = try config.optional("hidden_act"), try activation.string != "silu" {
      throw activation.error(found: "found '\(try activation.string)'", expected: "'silu'")
    }
    if let quantization = try config.optional("quantization_config") {
      throw quantization.error(
        found: "the weights are quantised", expected: "float32, float16 or bfloat16 weights")
    }
  }

  /// A token id, or a list of them, or nothing.
  static func tokens(_ node: JSONNode?) throws -> [Int32] {
    guard let node else { return [] }
    let range = 0...(1 << 30)
    if case .array = node.value { return try node.elements.map { Int32(try $0.int(in: range)) } }
    return [Int32(try node.int(in: range))]
  }

  /// Hugging Face's `config.json`, with both spellings of the rotary settings, so that old and new readers agree.
  ///
  /// - Parameter dataType: how the weights are stored: `float32`, `float16` or `bfloat16`.
  package func huggingFaceConfiguration(dataType: String) -> JSONValue {
    let rotary = RotarySettings(theta: ropeTheta, scaling: ropeScaling)
    let ends: JSONValue =
      switch endTokens.count {
      case 0: .null
      case 1: .integer(Int(endTokens[0]))
      default: .array(endTokens.map { .integer(Int($0)) })
      }
    let shared: [(String, JSONValue)] = [
      ("architectures", [.string(family.description.architecture)]), ("model_type", .string(family.rawValue)),
      ("hidden_size", .integer(hiddenSize)), ("intermediate_size", .integer(feedForwardSize)),
      ("num_hidden_layers", .integer(layerCount)), ("num_attention_heads", .integer(headCount)),
      ("num_key_value_heads", .integer(kvHeadCount)), ("head_dim", .integer(headSize)),
      ("vocab_size", .integer(vocabularySize)), ("max_position_embeddings", .integer(maxPositions)),
      ("rms_norm_eps", .number(Double(normEpsilon.description) ?? Double(normEpsilon))),
      ("rope_theta", .number(ropeTheta)), ("rope_scaling", rotary.legacyScaling),
      ("rope_parameters", rotary.parameters), ("hidden_act", "silu"),
    ]
    let rest: [(String, JSONValue)] = [
      ("tie_word_embeddings", .bool(tiesEmbeddings)),
      ("bos_token_id", beginToken.map { .integer(Int($0)) } ?? .null), ("eos_token_id", ends),
      ("pad_token_id", padToken.map { .integer(Int($0)) } ?? .null), ("initializer_range", 0.02),
      ("use_cache", true), ("torch_dtype", .string(dataType)), ("dtype", .string(dataType)),
    ]
    var members = JSONObject()
    for (key, value) in shared + family.description.write(self) + rest { members[key] = value }
    return .object(members)
  }
}
