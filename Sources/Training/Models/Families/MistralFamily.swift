internal import DraftData

/// Mistral 7B and its relatives: Llama whose rows see a window of keys.
///
/// Source: Jiang et al., "Mistral 7B", 2023; the keys as documented for transformers' `MistralConfig`.
enum MistralFamily: FamilyDescription {
  static let architecture = "MistralForCausalLM"
  static let keys: Set = ["sliding_window"]

  static func read(_ config: JSONNode, into configuration: inout ModelConfiguration) throws {
    configuration.window = try SlidingWindow.everywhere(config, layers: configuration.layerCount)
  }

  static func write(_ configuration: ModelConfiguration) -> [(String, JSONValue)] {
    [("sliding_window", configuration.window.map { .integer($0.size) } ?? .null)]
  }
}
