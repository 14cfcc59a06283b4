/// Unset when absent or null.
extension Optional: RecipeValue where Wrapped: RecipeValue {
  /// What may stand here.
  public static func shape(in range: RecipeRange?) -> RecipeShape { Wrapped.shape(in: range) }

  /// What `decode` turns back into this value.
  public var node: RecipeNode { map(\.node) ?? RecipeNode(.null) }

  /// Reads a value, or reports why that is impossible.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> Wrapped?? {
    if node.content == .null { return .some(nil) }
    return Wrapped.decode(node, at: path, in: range, &decoding)
  }
}

/// A list, or one value alone where a list of one is meant.
extension Array: RecipeValue where Element: RecipeValue {
  /// What may stand here.
  public static func shape(in range: RecipeRange?) -> RecipeShape { .list(Element.shape(in: range)) }

  /// What `decode` turns back into this value.
  public var node: RecipeNode { RecipeNode(.sequence(map(\.node))) }

  /// Reads a value, or reports why that is impossible.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> [Element]? {
    switch node.content {
    case .sequence(let items):
      var values = [Element]()
      for (index, item) in items.enumerated() {
        if let value = Element.decode(item, at: "\(path)[\(index)]", in: range, &decoding) {
          values.append(value)
        }
      }
      return values
    case .scalar:
      return Element.decode(node, at: path, in: range, &decoding).map { [$0] }
    case .null, .mapping:
      decoding.mismatch(node, shape(in: range), path: path)
      return nil
    }
  }
}

/// Named values in the order they were written.
public struct RecipeTable<Value: RecipeValue>: RecipeValue {
  /// One name and its value.
  public struct Entry: Sendable, Equatable {
    /// Unique in its table.
    public var name: String
    /// What it names.
    public var value: Value

    /// Pairs a name with its value.
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// In the order they were written.
  public var entries: [Entry]

  /// A table with these entries.
  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// The names, in order.
  public var names: [String] { entries.map(\.name) }

  /// Whether there is nothing in it.
  public var isEmpty: Bool { entries.isEmpty }

  /// The value of that name, if there is one.
  public subscript(name: String) -> Value? { entries.first { $0.name == name }?.value }

  /// What may stand here.
  public static func shape(in range: RecipeRange?) -> RecipeShape { .table(Value.shape(in: range)) }

  /// What `decode` turns back into this value.
  public var node: RecipeNode {
    RecipeNode(.mapping(entries.map { RecipeNode.Entry($0.name, $0.value.node) }))
  }

  /// Reads a value, or reports why that is impossible.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> RecipeTable? {
    if node.content == .null { return RecipeTable() }
    guard let entries = node.entries else {
      decoding.mismatch(node, shape(in: range), path: path)
      return nil
    }
    var table = RecipeTable()
    for entry in entries {
      let entryPath = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      guard RecipeName.isValid(entry.key) else {
        decoding.report(
          "'\(entry.key.shortened)' is no name", expected: RecipeName.rule, at: entry.place, path: path)
        continue
      }
      if let value = Value.decode(entry.value, at: entryPath, in: range, &decoding) {
        table.entries.append(Entry(entry.key, value))
      }
    }
    return table
  }
}

/// Names that recipes give: of stages, sources, prompts and inputs. They become parts of file names.
enum RecipeName {
  static let rule = "letters, digits, '_' and '-', a letter first, at most 64"

  static func isValid(_ name: String) -> Bool {
    guard let first = name.first, first.isASCII, first.isLetter, name.count <= 64 else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
  }
}
