/// Finds added tokens in a text: at each place the longest, and from left to right.
///
/// Source: `AddedVocabulary::find_matches` of Hugging Face tokenizers.
struct AddedTokenMatcher: Sendable {
  /// A stretch of text, or a token with the text that it swallowed.
  struct Match: Equatable {
    var range: Range<Int>
    /// nil for text between tokens.
    var id: Int32?
  }

  private let tokens: [AddedToken]
  private var table = ByteTable()
  /// For each first byte the lengths of the contents that begin with it, longest first.
  private var lengths = [[Int]](repeating: [], count: 256)

  /// - Parameters:
  ///   - contents: what to look for, one for each token; empty ones are never found.
  init(_ tokens: [AddedToken], contents: [[UInt8]]) {
    self.tokens = tokens
    for (index, content) in contents.enumerated() {
      guard let first = content.first, table.insert(content, value: Int32(index)) else { continue }
      if !lengths[Int(first)].contains(content.count) { lengths[Int(first)].append(content.count) }
    }
    for index in lengths.indices { lengths[index].sort(by: >) }
  }

  /// The whole of `text` as stretches and tokens; empty text has none.
  func matches(in text: [UInt8]) -> [Match] {
    var matches: [Match] = []
    var done = 0
    var index = 0
    while index < text.count {
      guard let (token, end) = token(at: index, in: text) else {
        index += 1
        continue
      }
      index = end
      guard !token.isSingleWord || standsAlone(end - token.content.utf8.count..<end, in: text) else {
        continue
      }
      var range = end - token.content.utf8.count..<end
      if token.stripsLeft { range = max(done, Self.leftmostSpace(range.lowerBound, text))..<end }
      if token.stripsRight { range = range.lowerBound..<Self.rightmostSpace(end, text) }
      // White space that the token before swallowed may overlap with this one's left edge.
      if range.lowerBound < done { continue }
      if done < range.lowerBound { matches.append(Match(range: done..<range.lowerBound, id: nil)) }
      matches.append(Match(range: range, id: token.id))
      done = range.upperBound
      index = max(index, done)
    }
    if done < text.count { matches.append(Match(range: done..<text.count, id: nil)) }
    return matches
  }

  private func token(at index: Int, in text: [UInt8]) -> (AddedToken, end: Int)? {
    for length in lengths[Int(text[index])] where index + length <= text.count {
      if let entry = table.find(text, index..<index + length) { return (tokens[Int(entry)], index + length) }
    }
    return nil
  }

  private func standsAlone(_ range: Range<Int>, in text: [UInt8]) -> Bool {
    !Self.isWord(Self.scalar(before: range.lowerBound, in: text))
      && !Self.isWord(
        range.upperBound < text.count ? UTF8Text.scalar(in: text[...], at: range.upperBound) : nil)
  }

  private static func leftmostSpace(_ start: Int, _ text: [UInt8]) -> Int {
    var start = start
    while let scalar = scalar(before: start, in: text), scalar.properties.isWhitespace {
      start -= UTF8.width(scalar)
    }
    return start
  }

  private static func rightmostSpace(_ end: Int, _ text: [UInt8]) -> Int {
    var end = end
    while end < text.count, let scalar = UTF8Text.scalar(in: text[...], at: end),
      scalar.properties.isWhitespace
    {
      end += UTF8.width(scalar)
    }
    return end
  }

  private static func scalar(before end: Int, in text: [UInt8]) -> Unicode.Scalar? {
    for length in 1...4 where length <= end {
      if UTF8Text.scalarLength(in: text[..<end], at: end - length) == length {
        return UTF8Text.scalar(in: text[..<end], at: end - length)
      }
    }
    return nil
  }

  /// `\w`
  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    switch scalar.tokenizerCategory {
    case .unassigned: return false
    case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return scalar.properties.isAlphabetic || scalar.properties.isJoinControl
    }
  }
}
