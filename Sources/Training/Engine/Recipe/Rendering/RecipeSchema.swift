public import DraftData

/// The JSON Schema of recipes, drawn from their declarations; editors complete and check YAML with it.
public enum RecipeSchema {
  /// JSON Schema, draft 2020-12.
  public static var json: JSONValue {
    var schema = JSONObject()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Pacer recipe"
    for member in object(of: Recipe.section).members { schema[member.key] = member.value }
    return .object(schema)
  }

  private static func schema(of shape: RecipeShape) -> JSONObject {
    var result = JSONObject()
    switch shape {
    case .integer(let range):
      result["type"] = "integer"
      bound(&result, range)
    case .number(let range):
      result["type"] = "number"
      bound(&result, range)
    case .boolean: result["type"] = "boolean"
    case .text: result["type"] = "string"
    case .choice(let choices):
      result["oneOf"] = .array(
        choices.map { ["const": .string($0.name), "description": .string($0.documentation)] })
    case .list(let item):
      result["type"] = "array"
      result["items"] = .object(schema(of: item))
    case .table(let value):
      result["type"] = "object"
      result["additionalProperties"] = .object(schema(of: value))
    case .section(let section): return object(of: section)
    case .union(let union):
      result["description"] = .string(union.documentation)
      result["oneOf"] = .array(
        union.alternatives.map { .object(object(of: $0.section, kind: $0.kind)) })
    }
    return result
  }

  private static func object(of section: RecipeShape.Section, kind: String? = nil) -> JSONObject {
    var properties = JSONObject()
    if let kind { properties["kind"] = ["const": .string(kind)] }
    for field in section.fields {
      var property = schema(of: field.shape)
      let unit = field.unit.map { " Unit: \($0)." } ?? ""
      property["description"] = .string(field.documentation + unit)
      if let standard = field.standard { property["default"] = RecipeJSON.value(of: standard) }
      properties[field.key] = .object(property)
    }
    var result = JSONObject()
    result["type"] = "object"
    result["description"] = .string(section.documentation)
    result["additionalProperties"] = false
    let required = section.fields.filter(\.isRequired).map(\.key)
    if !required.isEmpty { result["required"] = .array(required.map { .string($0) }) }
    result["properties"] = .object(properties)
    return result
  }

  private static func bound(_ schema: inout JSONObject, _ range: RecipeRange?) {
    guard let range else { return }
    if let lower = range.lower {
      schema[range.excludesLower ? "exclusiveMinimum" : "minimum"] = RecipeJSON.number(lower)
    }
    if let upper = range.upper {
      schema[range.excludesUpper ? "exclusiveMaximum" : "maximum"] = RecipeJSON.number(upper)
    }
  }
}
