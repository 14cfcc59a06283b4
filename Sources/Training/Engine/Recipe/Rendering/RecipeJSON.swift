public import DraftData

/// Recipes as JSON values.
enum RecipeJSON {
  /// Quoted scalars become strings, plain ones what they look like.
  static func value(of node: RecipeNode) -> JSONValue {
    switch node.content {
    case .null: return .null
    case .scalar(let text, let quoted):
      if quoted { return .string(text) }
      if text == "true" || text == "false" { return .bool(text == "true") }
      if let whole = Int(text) { return .integer(whole) }
      return Double(text).map { .number($0) } ?? .string(text)
    case .sequence(let items): return .array(items.map(value))
    case .mapping(let entries):
      var object = JSONObject()
      for entry in entries { object[entry.key] = value(of: entry.value) }
      return .object(object)
    }
  }

  static func number(_ value: Double) -> JSONValue {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }
}

extension Recipe {
  /// The whole recipe, every default written out, as one JSON object.
  public var json: JSONValue { RecipeJSON.value(of: node) }
}
