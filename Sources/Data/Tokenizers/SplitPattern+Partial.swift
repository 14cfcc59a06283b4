/// The patterns that leave text between their matches, which is a word, too.
extension SplitPattern {
  func splitPartially(_ bytes: [UInt8], _ range: Range<Int>, into matches: inout [Range<Int>]) {
    var (start, index) = (range.lowerBound, range.lowerBound)
    while index < range.upperBound {
      let end = matchEnd(bytes, from: index, end: range.upperBound)
      if end == index {
        index += ScalarClass.at(index, of: bytes, end: range.upperBound).length
        continue
      }
      if start < index { matches.append(start..<index) }
      matches.append(index..<end)
      (start, index) = (end, end)
    }
    if start < range.upperBound { matches.append(start..<range.upperBound) }
  }

  /// Where the match that starts at `start` ends; `start` itself when none does.
  private func matchEnd(_ bytes: [UInt8], from start: Int, end: Int) -> Int {
    if self == .threeDigits {
      let isMatch = start + 3 <= end && bytes[start..<start + 3].allSatisfy { $0 &- 0x30 < 10 }
      return isMatch ? start + 3 : start
    }
    var index = start
    while index < end, let length = Self.punctuationLength(bytes, index, end) { index += length }
    return index
  }

  /// Bytes of the character of `[\p{P}$+<=>^~|]` at `index`, nil when another stands there.
  private static func punctuationLength(_ bytes: [UInt8], _ index: Int, _ end: Int) -> Int? {
    guard let scalar = UTF8Text.scalar(in: bytes[index..<end], at: index) else { return nil }
    switch scalar.tokenizerCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return UTF8.width(scalar)
    default: return "$+<=>^~|".unicodeScalars.contains(scalar) ? 1 : nil
    }
  }
}
