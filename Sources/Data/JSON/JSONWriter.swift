import FileSystem

extension JSONValue {
  /// This value as JSON text.
  ///
  /// - Parameters:
  ///   - pretty: two spaces of indentation and one member a line; else no white space at all.
  ///   - sortedKeys: members in order of their keys' UTF-8 bytes; else in insertion order.
  /// - Throws: `InputError` (`badData`) when a number is not finite, which JSON cannot say.
  public func serialized(pretty: Bool = false, sortedKeys: Bool = false) throws -> String {
    String(decoding: try serializedBytes(pretty: pretty, sortedKeys: sortedKeys), as: UTF8.self)
  }

  /// This value as JSON text in UTF-8; see ``serialized(pretty:sortedKeys:)``.
  public func serializedBytes(pretty: Bool = false, sortedKeys: Bool = false) throws -> [UInt8] {
    var writer = JSONWriter(pretty: pretty, sortedKeys: sortedKeys)
    try writer.write(self, depth: 0)
    return writer.bytes
  }
}

/// Appends JSON text to a growing buffer.
struct JSONWriter {
  let pretty: Bool
  let sortedKeys: Bool
  private(set) var bytes: [UInt8] = []

  init(pretty: Bool, sortedKeys: Bool) {
    self.pretty = pretty
    self.sortedKeys = sortedKeys
  }

  mutating func write(_ value: JSONValue, depth: Int) throws {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .integer(let number): append(String(number))
    case .number(let number):
      guard number.isFinite else {
        throw InputError(
          .badData, found: "the number \(number)", expected: "a finite number to write as JSON")
      }
      append("\(number)")
    case .string(let text): appendQuoted(text)
    case .array(let elements):
      try writeList(elements, "[", "]", depth: depth) { try $0.write($1, depth: depth + 1) }
    case .object(let object):
      let members = sortedKeys ? object.members.sorted { Self.precedes($0.key, $1.key) } : object.members
      try writeList(members, "{", "}", depth: depth) { writer, member in
        writer.appendQuoted(member.key)
        writer.append(writer.pretty ? ": " : ":")
        try writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func writeList<Element>(
    _ elements: [Element], _ opening: String, _ closing: String, depth: Int,
    _ body: (inout JSONWriter, Element) throws -> Void
  ) throws {
    append(opening)
    for (index, element) in elements.enumerated() {
      if index > 0 { append(",") }
      startLine(depth: depth + 1)
      try body(&self, element)
    }
    if !elements.isEmpty { startLine(depth: depth) }
    append(closing)
  }

  private mutating func startLine(depth: Int) {
    guard pretty else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: 2 * depth))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func appendQuoted(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22: append("\\\"")
      case 0x5C: append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20: append("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  /// Order of UTF-8 bytes: `<` on strings follows canonical equivalence, which other languages do not.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
