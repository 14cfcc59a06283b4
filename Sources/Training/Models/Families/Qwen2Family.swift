internal import DraftData

/// Qwen2 and Qwen2.5: biases of queries, keys and values, none elsewhere; the later layers may see a window of keys.
///
/// Source: Yang et al., "Qwen2 technical report", 2024; the keys as documented for transformers' `Qwen2Config`.
enum Qwen2Family: FamilyDescription {
  static let architecture = "Qwen2ForCausalLM"
  static let keys = SlidingWindow.keys

  static func read(_ config: JSONNode, into configuration: inout ModelConfiguration) throws {
    configuration.hasAttentionBias = true
    configuration.window = try SlidingWindow.late(config, layers: configuration.layerCount)
  }

  static func write(_ configuration: ModelConfiguration) -> [(String, JSONValue)] {
    SlidingWindow.members(configuration.window, layers: configuration.layerCount)
  }
}
