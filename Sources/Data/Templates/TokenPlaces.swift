internal import FileSystem

/// Where tokens stand in the text they were made of.
struct TokenPlaces {
  private let tokens: [Int32]
  private let text: [UInt8]
  private let tokenizer: any Tokenizer
  /// The first byte of each token, and the end; nil when the tokens do not spell the text byte for byte.
  private let starts: [Int]?

  init(_ tokens: [Int32], of text: String, _ tokenizer: any Tokenizer) {
    self.tokens = tokens
    self.text = Array(text.utf8)
    self.tokenizer = tokenizer
    starts = Self.starts(tokens, self.text, tokenizer)
  }

  private static func starts(_ tokens: [Int32], _ text: [UInt8], _ tokenizer: any Tokenizer) -> [Int]? {
    var starts = [0]
    for (index, token) in tokens.enumerated() {
      let bytes = tokenizer.bytes(of: token, isFirst: index == 0)
      let end = (starts.last ?? 0) + bytes.count
      guard end <= text.count, text[(end - bytes.count)..<end].elementsEqual(bytes) else { return nil }
      starts.append(end)
    }
    return starts.last == text.count ? starts : nil
  }

  /// Which tokens belong to `spans` of bytes, which are in order and do not overlap.
  ///
  /// A token that reaches into a span from before it belongs to it only with `includesStraddlers`, as in
  /// transformers' masks of generation blocks; one that begins in a span and reaches beyond its end always does.
  /// Where tokens do not spell the text (a tokenizer that swallows white space around its marks), the text up to a
  /// boundary must have the ids that the whole begins with.
  ///
  /// - Throws: `InputError` when a boundary lies inside a token there.
  func mask(of spans: [Range<Int>], includesStraddlers: Bool) throws -> [Bool] {
    var mask = [Bool](repeating: false, count: tokens.count)
    for span in spans where !span.isEmpty {
      for token in try range(of: span, includesStraddlers: includesStraddlers) { mask[token] = true }
    }
    return mask
  }

  private func range(of span: Range<Int>, includesStraddlers: Bool) throws -> Range<Int> {
    guard let starts else { return try count(upTo: span.lowerBound)..<count(upTo: span.upperBound) }
    var first = Self.firstIndex(of: span.lowerBound, in: starts)
    if includesStraddlers, first > 0, starts[first] > span.lowerBound { first -= 1 }
    return first..<max(first, min(Self.firstIndex(of: span.upperBound, in: starts), tokens.count))
  }

  /// The first token that begins at `byte` or behind it.
  private static func firstIndex(of byte: Int, in starts: [Int]) -> Int {
    var (low, high) = (0, starts.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < byte { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func count(upTo byte: Int) throws -> Int {
    if byte == text.count { return tokens.count }
    let part = tokenizer.encode(bytes: Array(text[..<byte]), addSpecialTokens: false)
    guard tokens.starts(with: part) else {
      throw InputError(
        .badData, key: "chat_template",
        found: "a token that reaches across the beginning or end of an answer",
        expected: "a special token, or other text that tokens end at, around answers")
    }
    return part.count
  }
}
