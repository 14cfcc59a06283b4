internal import FileSystem

extension JinjaValue {
  /// A value that came in as JSON.
  ///
  /// Throws `InputError` for a whole number of more than 64 bits, which the JSON reader turned into a float: it
  /// would be printed otherwise than it was written.
  init(_ value: JSONValue) throws {
    switch value {
    case .null: self = .none
    case .bool(let flag): self = .bool(flag)
    case .integer(let number): self = .integer(number)
    case .number(let number):
      guard number.magnitude < 0x1p63 else {
        throw jinjaError("the number \(number) for a template", expected: "numbers of at most 64 bits")
      }
      self = .float(number)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .list(try elements.map { try JinjaValue($0) })
    case .object(let object):
      var dictionary = JinjaDictionary()
      for member in object.members { dictionary.set(member.key, try JinjaValue(member.value)) }
      self = .dictionary(dictionary)
    }
  }
}

/// Python's `json.dumps` with the settings that the filter `tojson` passes on.
struct JinjaJSONWriter {
  var escapesNonASCII = false
  /// What one level of nesting is indented by; nil writes everything on one line.
  var indent: String?
  var itemSeparator: String?
  var keySeparator = ": "
  var sortsKeys = false
  private var text = ""

  init() {}

  /// The JSON text of a value. Throws `InputError` for what JSON cannot say.
  mutating func write(_ value: JinjaValue) throws -> String {
    text = ""
    try append(value, depth: 0)
    return text
  }

  private mutating func append(_ value: JinjaValue, depth: Int) throws {
    guard depth <= 200 else { throw jinjaError("nesting deeper than 200 for 'tojson'") }
    switch value {
    case .none: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    case .float(let number): text += Self.number(number)
    case .string(let string), .markup(let string): appendQuoted(string)
    case .list(let items), .tuple(let items):
      try appendList(items, "[", "]", depth: depth) { try $0.append($1, depth: depth + 1) }
    case .dictionary(let dictionary): try append(dictionary, depth: depth)
    default:
      throw jinjaError(
        "\(value.description) for the filter 'tojson'", expected: "text, numbers, lists and dicts")
    }
  }

  private mutating func append(_ dictionary: JinjaDictionary, depth: Int) throws {
    var members = dictionary.members
    if sortsKeys {
      try members.sort { try JinjaValue.precedes($0.key, $1.key) }
    }
    try appendList(members, "{", "}", depth: depth) { writer, member in
      writer.appendQuoted(try Self.keyText(member.key))
      writer.text += writer.keySeparator
      try writer.append(member.value, depth: depth + 1)
    }
  }

  private static func keyText(_ key: JinjaValue) throws -> String {
    switch key {
    case .none: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .float(let value): number(value)
    default: try key.printed()
    }
  }

  private static func number(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    return number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : PythonNumber.text(number)
  }

  private mutating func appendList<Element>(
    _ items: [Element], _ opening: String, _ closing: String, depth: Int,
    _ body: (inout JinjaJSONWriter, Element) throws -> Void
  ) throws {
    text += opening
    let separator = itemSeparator ?? (indent == nil ? ", " : ",")
    for (index, item) in items.enumerated() {
      if index > 0 { text += separator }
      startLine(depth: depth + 1)
      try body(&self, item)
    }
    if !items.isEmpty { startLine(depth: depth) }
    text += closing
  }

  private mutating func startLine(depth: Int) {
    guard let indent else { return }
    text += "\n" + String(repeating: indent, count: depth)
  }

  private mutating func appendQuoted(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      default:
        if scalar.value < 0x20 || (escapesNonASCII && scalar.value > 0x7E) {
          for unit in UTF16.encode(scalar) ?? UTF16.EncodedScalar() {
            let digits = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}
