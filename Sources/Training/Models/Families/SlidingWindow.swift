internal import DraftData

/// Layers whose rows see only the last keys up to their own.
package struct SlidingWindow: Sendable, Hashable {
  /// How many keys, a row's own included.
  package var size: Int
  /// The layers, from 0.
  package var layers: Set<Int>

  /// A window of at least one key.
  package init(size: Int, layers: Set<Int>) { (self.size, self.layers) = (size, layers) }

  static let keys: Set = ["use_sliding_window", "sliding_window", "max_window_layers", "layer_types"]
  private static let sizes = 1...(1 << 30)

  /// `sliding_window` of families all of whose layers have it.
  static func everywhere(_ config: JSONNode, layers: Int) throws -> SlidingWindow? {
    try config.optional("sliding_window").map {
      SlidingWindow(size: try $0.int(in: sizes), layers: Set(0..<layers))
    }
  }

  /// Qwen's keys: `layer_types` says which layers have a window; without, it is those from `max_window_layers` on.
  static func late(_ config: JSONNode, layers: Int) throws -> SlidingWindow? {
    let isUsed = try config.optional("use_sliding_window")?.bool ?? false
    let windowed = try windowedLayers(config, layers: layers)
    guard isUsed else {
      guard let windowed, !windowed.isEmpty else { return nil }
      throw try config.required("layer_types").error(
        found: "found layers of 'sliding_attention'", expected: "use_sliding_window true beside them")
    }
    let first = try config.optional("max_window_layers")?.int(in: 0...10_000) ?? 28
    return SlidingWindow(
      size: try config.required("sliding_window").int(in: sizes),
      layers: windowed ?? Set((0..<layers).filter { $0 >= first }))
  }

  private static func windowedLayers(_ config: JSONNode, layers: Int) throws -> Set<Int>? {
    guard let list = try config.optional("layer_types") else { return nil }
    let types = try list.elements.map { (node: $0, name: try $0.string) }
    guard types.count == layers else {
      throw list.error(found: "found \(types.count) layers", expected: "one entry for each of \(layers)")
    }
    for type in types where type.name != "full_attention" && type.name != "sliding_attention" {
      throw type.node.error(
        found: "found '\(type.name)'", expected: "'full_attention' or 'sliding_attention'")
    }
    return Set(types.indices.filter { types[$0].name == "sliding_attention" })
  }

  /// Qwen's keys for transformers.
  static func members(_ window: SlidingWindow?, layers: Int) -> [(String, JSONValue)] {
    let types = (0..<layers).map { layer -> JSONValue in
      window?.layers.contains(layer) ?? false ? "sliding_attention" : "full_attention"
    }
    return [
      ("use_sliding_window", .bool(window != nil)),
      ("sliding_window", window.map { .integer($0.size) } ?? .null),
      ("max_window_layers", .integer(window?.layers.min() ?? layers)), ("layer_types", .array(types)),
    ]
  }
}
