internal import DraftData

/// SmolLM3: Llama of which every fourth layer has no rotary positions.
///
/// Source: Bakouch et al., "SmolLM3", 2025; the keys as documented for transformers' `SmolLM3Config`.
enum SmolLM3Family: FamilyDescription {
  static let architecture = "SmolLM3ForCausalLM"
  static let defaultTheta = 2_000_000.0
  static let tiesEmbeddings = true
  static let keys = SlidingWindow.keys.union([
    "attention_bias", "mlp_bias", "no_rope_layers", "no_rope_layer_interval",
  ])

  static func read(_ config: JSONNode, into configuration: inout ModelConfiguration) throws {
    try LlamaFamily.read(config, into: &configuration)
    configuration.unrotatedLayers = try unrotatedLayers(config, count: configuration.layerCount)
    if try config.optional("use_sliding_window")?.bool ?? false {
      configuration.window = try SlidingWindow.late(config, layers: configuration.layerCount)
      if try config.optional("layer_types") == nil {
        configuration.window?.layers = configuration.unrotatedLayers
      }
    }
  }

  /// `no_rope_layers` holds a 1 for each layer that *is* rotated.
  private static func unrotatedLayers(_ config: JSONNode, count: Int) throws -> Set<Int> {
    if let list = try config.optional("no_rope_layers") {
      let flags = try list.elements.map { try $0.int(in: 0...1) }
      guard flags.count >= count else {
        throw list.error(found: "found \(flags.count) numbers", expected: "one for each of \(count) layers")
      }
      return Set((0..<count).filter { flags[$0] == 0 })
    }
    let interval = try config.optional("no_rope_layer_interval")?.int(in: 1...10_000) ?? 4
    return Set((0..<count).filter { ($0 + 1) % interval == 0 })
  }

  static func write(_ configuration: ModelConfiguration) -> [(String, JSONValue)] {
    let layers = 0..<configuration.layerCount
    return LlamaFamily.write(configuration)
      + SlidingWindow.members(configuration.window, layers: configuration.layerCount)
      + [
        (
          "no_rope_layers",
          .array(layers.map { .integer(configuration.unrotatedLayers.contains($0) ? 0 : 1) })
        )
      ]
  }
}
