import FileSystem

extension JSONParser {
  /// A string, from its opening quote to behind its closing one.
  mutating func string() throws -> String {
    let opening = position
    position += 1
    let contents = position
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        defer { position += 1 }
        return try decoded(bytes[contents..<position])
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: contents) }
      guard byte >= 0x20 else { throw unexpected("control characters escaped as \\u00XX") }
      position += 1
    }
    position = opening
    throw error("a string without end", expected: "a closing '\"'")
  }

  /// The rest of a string that has at least one escape; `contents` is where its first character stands.
  private mutating func escapedString(from contents: Int) throws -> String {
    var unescaped = Array(bytes[contents..<position])
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        defer { position += 1 }
        return try decoded(bytes[contents..<position], unescaped: unescaped)
      case UInt8(ascii: "\\"):
        try appendEscape(to: &unescaped)
      case 0..<0x20:
        throw unexpected("control characters escaped as \\u00XX")
      default:
        unescaped.append(byte)
        position += 1
      }
    }
    position = contents - 1
    throw error("a string without end", expected: "a closing '\"'")
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws {
    guard position + 1 < end else { throw error("a string without end", expected: "a closing '\"'") }
    let plain: UInt8
    switch bytes[position + 1] {
    case UInt8(ascii: "\""): plain = 0x22
    case UInt8(ascii: "\\"): plain = 0x5C
    case UInt8(ascii: "/"): plain = 0x2F
    case UInt8(ascii: "b"): plain = 0x08
    case UInt8(ascii: "f"): plain = 0x0C
    case UInt8(ascii: "n"): plain = 0x0A
    case UInt8(ascii: "r"): plain = 0x0D
    case UInt8(ascii: "t"): plain = 0x09
    case UInt8(ascii: "u"):
      text.append(contentsOf: String(Character(try unicodeEscape())).utf8)
      return
    default: throw error("an unknown escape", expected: "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
    }
    text.append(plain)
    position += 2
  }

  /// `\uXXXX`, or two of them that make one character beyond U+FFFF.
  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let high = try hexUnit()
    if let scalar = Unicode.Scalar(high) {
      position += 6
      return scalar
    }
    let escapeStart = position
    position += 6
    guard high < 0xDC00, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw loneSurrogate(high, at: escapeStart) }
    let low = try hexUnit()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw loneSurrogate(high, at: escapeStart) }
    position += 6
    return scalar
  }

  private mutating func loneSurrogate(_ unit: UInt32, at place: Int) -> InputError {
    position = place
    return error("the lone surrogate \\u\(String(unit, radix: 16))", expected: "surrogates in pairs")
  }

  /// The four hex digits of the escape that starts at the position, which stays.
  private func hexUnit() throws -> UInt32 {
    guard position + 6 <= end else { throw error("a cut \\u escape", expected: "four hexadecimal digits") }
    var unit: UInt32 = 0
    for byte in bytes[position + 2..<position + 6] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("a malformed \\u escape", expected: "four hexadecimal digits")
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// `raw` as text once its escapes are replaced; refuses invalid UTF-8 and says where it stands.
  private mutating func decoded(_ raw: ArraySlice<UInt8>, unescaped: [UInt8]? = nil) throws -> String {
    let text =
      unescaped.map { String(validating: $0, as: UTF8.self) } ?? String(validating: raw, as: UTF8.self)
    if let text { return text }
    position = UTF8Text.firstInvalidIndex(in: raw) ?? raw.startIndex
    throw error(
      "invalid UTF-8 (byte 0x\(String(bytes[position], radix: 16)))", expected: "text in UTF-8")
  }
}
