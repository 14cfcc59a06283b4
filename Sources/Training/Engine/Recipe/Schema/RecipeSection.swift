/// A mapping with known keys, each declared once: key, type, default, range, unit and one line of documentation.
///
/// Decoding, `recipe show`, the JSON Schema and the reference page are all drawn from `fields`:
/// ```
/// struct ClipRecipe: RecipeSection {
///   static let documentation = "Limits on the gradient."
///   var norm: Double? = 1
///   static var fields: [RecipeField<ClipRecipe>] {
///     [.init("norm", \.norm, "Largest global norm; unset: no limit.", in: .positive)]
///   }
/// }
/// ```
public protocol RecipeSection: RecipeValue {
  /// One sentence.
  static var documentation: String { get }
  /// In the order of the reference page.
  static var fields: [RecipeField<Self>] { get }
  /// Every field at its default; required ones at a value that never survives decoding.
  init()
}

/// One key of a section.
public struct RecipeField<Section: RecipeSection> {
  let description: RecipeShape.Field
  let decode: (RecipeNode, String, inout Section, inout RecipeDecoding) -> Void
  let node: (Section) -> RecipeNode

  /// Declares a key.
  ///
  /// - Parameters:
  ///   - key: as written in a recipe.
  ///   - property: where the value goes; its initial value in `Section()` is the default.
  ///   - documentation: one line.
  ///   - range: for numbers and lists of numbers.
  ///   - unit: what a number counts.
  ///   - required: whether absence is an error.
  ///   - neutral: whether a change leaves the numbers of a run alone.
  public init<Value: RecipeValue>(
    _ key: String, _ property: WritableKeyPath<Section, Value>, _ documentation: String,
    in range: RecipeRange? = nil, unit: String? = nil, required: Bool = false, neutral: Bool = false
  ) {
    let standard = required ? nil : Section()[keyPath: property].node
    description = RecipeShape.Field(
      key: key, documentation: documentation, unit: unit, isRequired: required, isNeutral: neutral,
      standard: standard?.content == .null ? nil : standard, shape: Value.shape(in: range))
    decode = { node, path, section, decoding in
      if let value = Value.decode(node, at: path, in: range, &decoding) { section[keyPath: property] = value }
    }
    node = { $0[keyPath: property].node }
  }
}

extension RecipeSection {
  static var section: RecipeShape.Section {
    RecipeShape.Section(documentation: documentation, fields: fields.map(\.description))
  }

  /// A section with its fields.
  public static func shape(in range: RecipeRange?) -> RecipeShape { .section(section) }

  /// All keys that are set, defaults too; null stands only where it takes a default away.
  public var node: RecipeNode {
    let entries = Self.fields.compactMap { field -> RecipeNode.Entry? in
      let value = field.node(self)
      if value.content == .null, field.description.standard == nil { return nil }
      return RecipeNode.Entry(field.description.key, value)
    }
    return RecipeNode(.mapping(entries))
  }

  /// Reads a mapping; unknown, missing and wrong keys are reported together.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> Self? {
    decode(node, at: path, besides: [], &decoding)
  }

  /// Reads a mapping that may hold further keys which somebody else reads.
  static func decode(
    _ node: RecipeNode, at path: String, besides foreign: [String], _ decoding: inout RecipeDecoding
  ) -> Self? {
    let entries: [RecipeNode.Entry]
    switch node.content {
    case .mapping(let found): entries = found
    case .null: entries = []
    case .scalar, .sequence:
      decoding.mismatch(node, shape(in: nil), path: path)
      return nil
    }
    let declared = fields
    let known = foreign + declared.map(\.description.key)
    for entry in entries where !known.contains(entry.key) {
      decoding.report(
        "unknown key", at: entry.place, path: joined(path, entry.key),
        remedy: Suggestion.remedy(for: entry.key, among: known))
    }
    var value = Self()
    for field in declared {
      let key = field.description.key
      if let entry = entries.last(where: { $0.key == key }) {
        field.decode(entry.value, joined(path, key), &value, &decoding)
      } else if field.description.isRequired {
        decoding.report(
          "missing", expected: field.description.shape.expectation, at: node.place, path: joined(path, key),
          remedy: field.description.documentation)
      }
    }
    return value
  }

  private static func joined(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }
}
