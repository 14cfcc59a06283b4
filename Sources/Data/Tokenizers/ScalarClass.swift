/// What the pre-tokenizer patterns ask of a character.
enum ScalarClass: UInt8 {
  /// `\p{L}`
  case letter
  /// `\p{N}`
  case number
  /// `\s` but for line breaks
  case space
  /// Carriage return and line feed
  case lineBreak
  /// Everything else, single bytes of malformed UTF-8 among them
  case other

  var isSpace: Bool { self == .space || self == .lineBreak }

  /// The class and the length in bytes of the character at `index`.
  @inline(__always)
  static func at(_ index: Int, of bytes: [UInt8], end: Int) -> (kind: ScalarClass, length: Int) {
    let byte = bytes[index]
    return byte < 0x80 ? (ascii(byte), 1) : beyondASCII(index, bytes, end)
  }

  @inline(__always)
  private static func ascii(_ byte: UInt8) -> ScalarClass {
    if (byte | 0x20) &- 0x61 < 26 { return .letter }
    if byte == 0x20 { return .space }
    if byte &- 0x30 < 10 { return .number }
    if byte == 0x0A || byte == 0x0D { return .lineBreak }
    return byte &- 0x09 < 5 ? .space : .other
  }

  private static func beyondASCII(_ index: Int, _ bytes: [UInt8], _ end: Int) -> (ScalarClass, Int) {
    guard let scalar = UTF8Text.scalar(in: bytes[index..<end], at: index) else { return (.other, 1) }
    return (of(scalar), UTF8.width(scalar))
  }

  /// The class of any character.
  static func of(_ scalar: Unicode.Scalar) -> ScalarClass {
    if scalar.isASCII { return ascii(UInt8(scalar.value)) }
    switch scalar.tokenizerCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    default: return scalar.properties.isWhitespace ? .space : .other
    }
  }
}

extension Unicode.Scalar {
  /// The general category, as the `tokenizers` package knows it: of Unicode 16. What came later is unassigned, so that
  /// the ids of a text do not depend on the version of a standard library.
  var tokenizerCategory: Unicode.GeneralCategory {
    let properties = properties
    if let age = properties.age, age.major > 16 { return .unassigned }
    return properties.generalCategory
  }
}

extension UTF8Text {
  /// The well-formed character that starts at `index`, or nil when none does.
  static func scalar(in bytes: ArraySlice<UInt8>, at index: Int) -> Unicode.Scalar? {
    guard let length = scalarLength(in: bytes, at: index) else { return nil }
    let lead = bytes[index]
    var value = UInt32(length == 1 ? lead : lead & (0xFF >> UInt8(length + 1)))
    for offset in 1..<max(length, 1) { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
    return Unicode.Scalar(value)
  }
}
