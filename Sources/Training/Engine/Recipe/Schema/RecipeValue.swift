/// A type that a recipe can hold: how it is read from a node, written back, and described.
public protocol RecipeValue: Sendable, Equatable {
  /// Reads a value, or reports why that is impossible and returns nil.
  ///
  /// - Parameters:
  ///   - node: what stands in the recipe.
  ///   - path: its dotted path, for errors.
  ///   - range: the numbers allowed by the field, if it says so.
  static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> Self?

  /// What `decode` turns back into this value.
  var node: RecipeNode { get }

  /// What may stand here.
  static func shape(in range: RecipeRange?) -> RecipeShape
}

extension RecipeNode {
  static func plain(_ text: String) -> RecipeNode { RecipeNode(.scalar(text, quoted: false)) }
}

extension Int: RecipeValue {
  /// What may stand here.
  public static func shape(in range: RecipeRange?) -> RecipeShape { .integer(range) }

  /// What `decode` turns back into this value.
  public var node: RecipeNode { .plain(String(self)) }

  /// Reads a value, or reports why that is impossible.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> Int? {
    guard case .scalar(let text, quoted: false) = node.content, let number = whole(text),
      range?.contains(Double(number)) ?? true
    else {
      decoding.mismatch(node, shape(in: range), path: path)
      return nil
    }
    return number
  }

  /// `1000`, `1_000` or `1e3`.
  private static func whole(_ text: String) -> Int? {
    let digits = text.filter { $0 != "_" }
    if let number = Int(digits) { return number }
    guard digits.contains(where: { $0 == "e" || $0 == "E" }), let number = Double(digits) else { return nil }
    return Int(exactly: number)
  }
}

extension Double: RecipeValue {
  /// What may stand here.
  public static func shape(in range: RecipeRange?) -> RecipeShape { .number(range) }

  /// What `decode` turns back into this value.
  public var node: RecipeNode { .plain(RecipeText.number(self)) }

  /// Reads a value, or reports why that is impossible.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> Double? {
    guard case .scalar(let text, quoted: false) = node.content, looksDecimal(text),
      let number = Double(text.filter { $0 != "_" }), number.isFinite, range?.contains(number) ?? true
    else {
      decoding.mismatch(node, shape(in: range), path: path)
      return nil
    }
    return number
  }

  /// Keeps out what `Double` reads and nobody means: `inf`, `nan`, hexadecimal.
  private static func looksDecimal(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE_".contains($0)) }
  }
}

extension Bool: RecipeValue {
  /// What may stand here.
  public static func shape(in range: RecipeRange?) -> RecipeShape { .boolean }

  /// What `decode` turns back into this value.
  public var node: RecipeNode { .plain(self ? "true" : "false") }

  /// Reads a value, or reports why that is impossible.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> Bool? {
    switch node.content {
    case .scalar("true", quoted: false): return true
    case .scalar("false", quoted: false): return false
    default:
      decoding.mismatch(node, .boolean, path: path)
      return nil
    }
  }
}

extension String: RecipeValue {
  /// What may stand here.
  public static func shape(in range: RecipeRange?) -> RecipeShape { .text }

  /// What `decode` turns back into this value.
  public var node: RecipeNode { RecipeNode(.scalar(self, quoted: true)) }

  /// Reads a value, or reports why that is impossible.
  public static func decode(
    _ node: RecipeNode, at path: String, in range: RecipeRange?, _ decoding: inout RecipeDecoding
  ) -> String? {
    guard let text = node.text, !text.isEmpty, !text.contains("\0") else {
      decoding.mismatch(node, .text, path: path)
      return nil
    }
    return text
  }
}
