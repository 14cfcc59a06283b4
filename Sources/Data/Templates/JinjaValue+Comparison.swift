internal import FileSystem

extension JinjaValue {
  /// Python's `left == right`.
  static func equal(_ left: JinjaValue, _ right: JinjaValue) -> Bool {
    switch (left, right) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.list(let one), .list(let other)), (.tuple(let one), .tuple(let other)):
      return one.count == other.count && zip(one, other).allSatisfy { equal($0, $1) }
    case (.dictionary(let one), .dictionary(let other)):
      return one.count == other.count
        && one.members.allSatisfy { member in
          other.value(of: member.key).map { equal(member.value, $0) } ?? false
        }
    case (.range(let one), .range(let other)): return equal(.list(one.items), .list(other.items))
    case (.view(let one), .view(let other)): return one.kind == other.kind && sameSet(one, other)
    case (.namespace(let one), .namespace(let other)): return one === other
    case (.generator(let one), .generator(let other)): return one === other
    case (.loop(let one), .loop(let other)): return one === other
    default: break
    }
    if let one = left.text, let other = right.text { return PythonText.equal(one, other) }
    if let one = left.integer, let other = right.integer { return one == other }
    if let one = left.number, let other = right.number { return one == other }
    return false
  }

  /// Keys and items of dicts are sets; values are never equal.
  private static func sameSet(_ one: JinjaView, _ other: JinjaView) -> Bool {
    guard one.kind != .values, one.items.count == other.items.count else { return false }
    return one.items.allSatisfy { item in other.items.contains { equal(item, $0) } }
  }

  /// Python's `left < right`. Throws `InputError` for values that have no order.
  static func precedes(_ left: JinjaValue, _ right: JinjaValue) throws -> Bool {
    if let one = left.text, let other = right.text { return PythonText.precedes(one, other) }
    if let one = left.integer, let other = right.integer { return one < other }
    if let one = left.number, let other = right.number { return one < other }
    switch (left, right) {
    case (.list(let one), .list(let other)), (.tuple(let one), .tuple(let other)):
      for (first, second) in zip(one, other) where !equal(first, second) {
        return try precedes(first, second)
      }
      return one.count < other.count
    default:
      throw jinjaError(
        "a comparison of \(left.description) with \(right.description)", expected: "numbers or texts")
    }
  }

  /// Python's `item in container`. Throws `InputError` when the container has no members.
  static func contains(_ container: JinjaValue, _ item: JinjaValue) throws -> Bool {
    if let text = container.text {
      guard let part = item.text else {
        throw jinjaError("\(item.description) looked for in a text", expected: "text in text")
      }
      return PythonText.contains(text, part)
    }
    if case .dictionary(let dictionary) = container {
      _ = try JinjaDictionary.Key(item)
      return dictionary.value(of: item) != nil
    }
    if case .generator(let generator) = container {
      // As in Python, what was passed over is used up.
      while let next = generator.next() { if equal(next, item) { return true } }
      return false
    }
    return try container.elements().contains { equal($0, item) }
  }

  /// What a loop over the value sees. Throws `InputError` when it cannot be looped over; uses up a generator.
  func elements() throws -> [JinjaValue] {
    switch self {
    case .undefined: return []
    case .string(let text): return text.unicodeScalars.map { .string(String($0)) }
    case .markup(let text): return text.unicodeScalars.map { .string(String($0)) }
    case .list(let items), .tuple(let items): return items
    case .dictionary(let dictionary): return dictionary.keys
    case .range(let range): return range.items
    case .view(let view): return view.items
    case .generator(let generator): return generator.drain()
    case .none, .bool, .integer, .float, .namespace, .loop, .callable:
      throw jinjaError("\(description) to loop over", expected: "a list, dict, text or range")
    }
  }

  /// Python's `len(value)`, nil when it has none.
  var length: Int? {
    switch self {
    case .undefined: 0
    case .string(let text), .markup(let text): PythonText.length(text)
    case .list(let items), .tuple(let items): items.count
    case .dictionary(let dictionary): dictionary.count
    case .range(let range): range.count
    case .view(let view): view.items.count
    case .none, .bool, .integer, .float, .generator, .namespace, .loop, .callable: nil
    }
  }

  /// What messages call the value.
  var description: String {
    switch self {
    case .undefined(let what): what
    case .none: "None"
    case .string(let text) where text.utf8.count <= 40 && !text.utf8.contains(0x0A): "the text '\(text)'"
    case .string, .markup: "a text"
    case .bool, .integer, .float: (try? represented()).map { "the value \($0)" } ?? "a number"
    default: "a \(typeName)"
    }
  }
}
