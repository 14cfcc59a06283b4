/// The visible space `▁` (U+2581) of SentencePiece vocabularies.
enum Metaspace {
  static let text = "\u{2581}"
  static let bytes: [UInt8] = [0xE2, 0x96, 0x81]

  static func replacingSpaces(_ text: ArraySlice<UInt8>) -> [UInt8] {
    ByteText.replacing([0x20], with: bytes, in: text)
  }

  /// Cuts before every `▁`.
  static func split(_ text: [UInt8], _ range: Range<Int>, into ranges: inout [Range<Int>]) {
    split(text, range, into: &ranges) { _ in true }
  }

  /// Cuts before every `▁` that does not follow another one: no word of an ordinary SentencePiece vocabulary
  /// crosses such a place.
  static func splitWords(_ text: [UInt8], _ range: Range<Int>, into ranges: inout [Range<Int>]) {
    split(text, range, into: &ranges) { index in
      index < range.lowerBound + 3 || !isMetaspace(text, index - 3, end: index)
    }
  }

  /// Whether `▁` stands at `index`.
  static func isMetaspace(_ text: [UInt8], _ index: Int, end: Int) -> Bool {
    index + 3 <= end && text[index] == 0xE2 && text[index + 1] == 0x96 && text[index + 2] == 0x81
  }

  private static func split(
    _ text: [UInt8], _ range: Range<Int>, into ranges: inout [Range<Int>], where isCut: (Int) -> Bool
  ) {
    var start = range.lowerBound
    for index in range where text[index] == 0xE2 && index > start {
      guard isMetaspace(text, index, end: range.upperBound), isCut(index) else { continue }
      ranges.append(start..<index)
      start = index
    }
    if start < range.upperBound { ranges.append(start..<range.upperBound) }
  }
}

/// Search and replacement in bytes.
enum ByteText {
  /// Every `pattern` (not empty) replaced, from left to right.
  static func replacing(_ pattern: [UInt8], with content: [UInt8], in text: ArraySlice<UInt8>) -> [UInt8] {
    guard let first = pattern.first else { return Array(text) }
    var result: [UInt8] = []
    result.reserveCapacity(text.count + text.count / 2)
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == first, text[index...].starts(with: pattern) {
        result += content
        index += pattern.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
