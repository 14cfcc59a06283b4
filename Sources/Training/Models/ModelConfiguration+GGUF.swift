package import DraftData
internal import FileSystem

extension ModelConfiguration {
  /// The largest size that any single extent may declare; more is a damaged file.
  private static let extents = 1...(1 << 24)
  /// Settings of llama.cpp's that change the arithmetic in ways that Pacer does not have.
  private static let foreignSettings = [
    "expert_count", "attention.clamp_kqv", "attention.max_alibi_bias",
    "attention.scale", "logit_scale", "residual_scale", "embedding_scale",
  ]

  /// Reads the keys of a GGUF file.
  ///
  /// - Throws: `InputError` naming the key that is missing, contradicts another, or asks for what Pacer does not have.
  package init(gguf file: GGUFFile, _ architecture: GGUFArchitecture) throws {
    func optional(_ key: String) -> GGUFField? { file.optional(architecture.name + "." + key) }
    func size(_ key: String) throws -> Int {
      try file.required(architecture.name + "." + key).int(in: Self.extents)
    }
    for key in Self.foreignSettings { try Self.refuse(optional(key)) }
    let hidden = try size("embedding_length")
    let heads = try size("attention.head_count")
    let kvHeads = try optional("attention.head_count_kv")?.int(in: Self.extents) ?? heads
    guard heads % kvHeads == 0 else {
      throw try file.required(architecture.name + ".attention.head_count_kv").error(
        found: "found \(kvHeads)", expected: "a divisor of the \(heads) heads")
    }
    let headSize = try Self.headSize(file, architecture, usual: hidden / heads)
    let theta = try optional("rope.freq_base")?.double() ?? 10_000
    guard theta > 0 else {
      throw try file.required(architecture.name + ".rope.freq_base").error(
        found: "found \(theta)", expected: "a number above 0")
    }
    let rotary = GGUFRotaryScaling(file: file, architecture: architecture, headSize: headSize, theta: theta)
    let epsilon = try file.required(architecture.name + ".attention.layer_norm_rms_epsilon").double()
    self.init(
      vocabularySize: try Self.vocabularySize(file, architecture), hiddenSize: hidden,
      feedForwardSize: try size("feed_forward_length"),
      layerCount: try file.required(architecture.name + ".block_count").int(in: 1...10_000),
      headCount: heads, kvHeadCount: kvHeads, headSize: headSize, normEpsilon: Float(epsilon),
      ropeTheta: theta,
      ropeScaling: try rotary.scaling(), tiesEmbeddings: !file.contains("output.weight"),
      maxPositions: try size("context_length"), beginToken: try Self.token(file, GGUFTokenizer.beginID),
      endTokens: try GGUFTokenizer.ends.compactMap { try Self.token(file, $0) },
      padToken: try Self.token(file, GGUFTokenizer.padID))
    family = architecture.family
    window = try Self.window(optional("attention.sliding_window"), family, layers: layerCount)
    hasAttentionBias = family == .qwen2
    normalizesHeads = family == .qwen3
  }

  /// Phi-3's files say the window that the model was trained with, though llama.cpp takes no notice of it.
  private static func window(
    _ field: GGUFField?, _ family: ModelFamily, layers: Int
  ) throws -> SlidingWindow? {
    guard family == .phi3 else {
      try refuse(field)
      return nil
    }
    guard let field, field.value.integer != 0 else { return nil }
    return SlidingWindow(size: try field.int(in: extents), layers: Set(0..<layers))
  }

  private static func refuse(_ field: GGUFField?) throws {
    guard let field else { return }
    let isOff = field.value.integer == 0 || field.value.double == 0
    guard isOff else {
      throw field.error(found: "a setting that Pacer does not have", expected: "none, or 0")
    }
  }

  /// Elements of a head: of keys, values and rotary pairs alike.
  private static func headSize(
    _ file: GGUFFile, _ architecture: GGUFArchitecture, usual: Int
  ) throws -> Int {
    let size = try file.optional(architecture.name + ".attention.key_length")?.int(in: extents) ?? usual
    guard size > 0, size % 2 == 0 else {
      throw InputError(
        .badData, file: file.location, key: architecture.name + ".attention.key_length",
        found: "heads of \(size) elements", expected: "an even number of elements")
    }
    for key in [".attention.value_length", ".rope.dimension_count"] {
      guard let field = file.optional(architecture.name + key) else { continue }
      let other = try field.int(in: extents)
      if other != size { throw field.error(found: "found \(other)", expected: "\(size), the size of a head") }
    }
    return size
  }

  /// The rows of the embedding.
  private static func vocabularySize(_ file: GGUFFile, _ architecture: GGUFArchitecture) throws -> Int {
    if !architecture.hasEmbedding {
      return try file.required(architecture.name + ".vocab_size").int(in: extents)
    }
    let rows = try file.requiredShape(of: "token_embd.weight")[0]
    if let field = file.optional(architecture.name + ".vocab_size"), try field.int(in: extents) != rows {
      throw field.error(
        found: "found \(try field.int(in: extents))", expected: "\(rows), the rows of token_embd.weight")
    }
    if let field = file.optional(GGUFTokenizer.tokens), try field.strings().count > rows {
      throw field.error(
        found: "\(try field.strings().count) tokens",
        expected: "at most \(rows), the rows of token_embd.weight")
    }
    return rows
  }

  private static func token(_ file: GGUFFile, _ key: String) throws -> Int32? {
    try file.optional(key).map { Int32(try $0.int(in: 0...(1 << 30))) }
  }
}
