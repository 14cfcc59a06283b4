import FileSystem

extension JSONValue {
  /// How deep arrays and objects may nest.
  public static let depthLimit = 512

  /// Parses one JSON text (RFC 8259) and nothing after it but white space.
  ///
  /// Stricter than most: a key written twice, a lone surrogate, invalid UTF-8, a byte-order mark, numbers beyond
  /// a double's range and nesting beyond ``depthLimit`` are refused. Linear time.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 text.
  ///   - file: the path that messages name.
  /// - Throws: `InputError` (`badData`) with line, column and byte offset.
  public static func parse(_ bytes: [UInt8], file: String? = nil) throws -> JSONValue {
    try parse(bytes, in: 0..<bytes.count, file: file)
  }

  /// Parses the JSON text that fills `range` of `bytes`: one line of a JSONL file, say.
  ///
  /// - Parameters:
  ///   - range: byte positions; the text must fill it but for white space. Offsets in messages count from the
  ///     start of `bytes`.
  ///   - firstLine: the one-based line at which `range` starts, for messages.
  /// - Throws: as ``parse(_:file:)``.
  public static func parse(
    _ bytes: [UInt8], in range: Range<Int>, file: String? = nil, firstLine: Int = 1
  ) throws -> JSONValue {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= bytes.count, "JSON range \(range) of \(bytes.count)")
    var parser = JSONParser(bytes: bytes, range: range, file: file, firstLine: firstLine)
    return try parser.document()
  }
}

/// A recursive-descent parser over bytes; strings and numbers are in their own files.
struct JSONParser {
  let bytes: [UInt8]
  let start: Int
  let end: Int
  let file: String?
  let firstLine: Int
  var position: Int
  private var depth = 0

  init(bytes: [UInt8], range: Range<Int>, file: String?, firstLine: Int) {
    self.bytes = bytes
    self.start = range.lowerBound
    self.end = range.upperBound
    self.file = file
    self.firstLine = firstLine
    self.position = range.lowerBound
  }

  /// The byte at the position, or 0 at the end: NUL is never valid where this is asked.
  var current: UInt8 { position < end ? bytes[position] : 0 }

  mutating func document() throws -> JSONValue {
    let result = try value()
    skipSpace()
    guard position == end else {
      throw error("text after the end of the JSON value", expected: "nothing more")
    }
    return result
  }

  mutating func skipSpace() {
    while position < end {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  mutating func value() throws -> JSONValue {
    skipSpace()
    switch current {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try nested { try $0.object() }
    case UInt8(ascii: "["): return try nested { try $0.array() }
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw unexpected("a JSON value")
    }
  }

  private mutating func nested(_ body: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
    guard depth < JSONValue.depthLimit else {
      throw error("nesting deeper than \(JSONValue.depthLimit)", expected: "flatter data")
    }
    depth += 1
    position += 1
    let result = try body(&self)
    depth -= 1
    return result
  }

  private mutating func object() throws -> JSONValue {
    var object = JSONObject()
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(object) }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
      let keyPosition = position
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw unexpected("':' after the key \"\(key.prefix(60))\"") }
      guard object.appendIfNew(JSONObject.Member(key: key, value: try value())) else {
        position = keyPosition
        throw error("the key \"\(key.prefix(60))\" for the second time", expected: "each key once")
      }
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw unexpected("',' or '}'") }
      return .object(object)
    }
  }

  private mutating func array() throws -> JSONValue {
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw unexpected("',' or ']'") }
      return .array(elements)
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    let expected = Array(text.description.utf8)
    guard end - position >= expected.count,
      bytes[position..<position + expected.count].elementsEqual(expected)
    else { throw unexpected("a JSON value") }
    position += expected.count
    return value
  }
}

extension JSONParser {
  /// What stands at the position, against what should.
  func unexpected(_ expected: String) -> InputError {
    guard position < end else { return error("the text ends", expected: expected) }
    let byte = bytes[position]
    if position == start, bytes[start..<end].starts(with: [0xEF, 0xBB, 0xBF]) {
      return error("a byte-order mark", expected: expected)
    }
    let shown =
      (0x21...0x7E).contains(byte)
      ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
    return error(shown, expected: expected)
  }

  /// An error at the position; line and column are counted only now.
  func error(_ found: String, expected: String? = nil) -> InputError {
    let place = min(position, end)
    let before = bytes[start..<place]
    let line = firstLine + before.count { $0 == 0x0A }
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? start
    return InputError(
      .badData, file: file, at: .line(line, column: place - lineStart + 1),
      found: "\(found) at byte \(place)", expected: expected)
  }
}
