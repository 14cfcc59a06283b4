/// What the bytes of UTF-8 say without decoding them.
///
/// Source: The Unicode Standard 15, table 3-7 (well-formed byte sequences).
public enum UTF8Text {
  /// The number of bytes in the well-formed character that starts at `index`, or nil when none does.
  public static func scalarLength(in bytes: ArraySlice<UInt8>, at index: Int) -> Int? {
    let lead = bytes[index]
    if lead < 0x80 { return 1 }
    let length = expectedLength(lead: lead)
    guard length > 1, bytes.endIndex - index >= length else { return nil }
    guard isSecond(bytes[index + 1], after: lead) else { return nil }
    for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return nil }
    return length
  }

  /// The index of the first byte that belongs to no well-formed character, or nil when all do.
  public static func firstInvalidIndex(in bytes: ArraySlice<UInt8>) -> Int? {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard let length = scalarLength(in: bytes, at: index) else { return index }
      index += length
    }
    return nil
  }

  /// How many bytes a character with this first byte has; 0 for a byte that starts none.
  public static func expectedLength(lead: UInt8) -> Int {
    switch lead {
    case 0..<0x80: 1
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 0
    }
  }

  /// Whether `byte` may follow `lead`: rules out overlong forms, surrogates and values beyond U+10FFFF.
  package static func isSecond(_ byte: UInt8, after lead: UInt8) -> Bool {
    switch lead {
    case 0xE0: (0xA0...0xBF).contains(byte)
    case 0xED: (0x80...0x9F).contains(byte)
    case 0xF0: (0x90...0xBF).contains(byte)
    case 0xF4: (0x80...0x8F).contains(byte)
    default: byte & 0xC0 == 0x80
    }
  }

  /// How many bytes at the end begin a character that more bytes could still complete: 0 to 3.
  package static func unfinishedCount(_ bytes: [UInt8]) -> Int {
    for count in 1..<4 where count <= bytes.count {
      let start = bytes.count - count
      let length = expectedLength(lead: bytes[start])
      if length == 0 { continue }
      let isHopeful = length > count && (count < 2 || isSecond(bytes[start + 1], after: bytes[start]))
      return isHopeful ? count : 0
    }
    return 0
  }
}
