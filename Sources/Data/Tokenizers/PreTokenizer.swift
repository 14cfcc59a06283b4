/// Text cut into words that are encoded one by one.
struct Pieces {
  var bytes: [UInt8]
  var ranges: [Range<Int>]
}

/// The steps that cut a stretch of normalised text into words.
struct PreTokenizer: Sendable, Equatable {
  /// When `Metaspace` puts a space before a stretch that has none.
  enum PrependScheme: String, Sendable {
    case always, first, never
  }

  enum Step: Sendable, Equatable {
    /// GPT-2's: a space in front where asked, its pattern where asked; bytes are the symbols from here on.
    case byteLevel(addsPrefixSpace: Bool, usesPattern: Bool)
    case pattern(SplitPattern)
    case digits(individual: Bool)
    /// SentencePiece's: spaces become `▁`, each of which starts a word when `splits`.
    case metaspace(prepends: PrependScheme, splits: Bool)
  }

  var steps: [Step] = []

  /// Whether the symbols of the model are bytes.
  var isByteLevel: Bool {
    steps.contains { if case .byteLevel = $0 { true } else { false } }
  }

  /// Cuts `text`; `isStart` says whether it begins the whole text.
  func pieces(of text: [UInt8], isStart: Bool) -> Pieces {
    var pieces = Pieces(bytes: text, ranges: text.isEmpty ? [] : [0..<text.count])
    for step in steps { Self.apply(step, to: &pieces, isStart: isStart) }
    return pieces
  }

  private static func apply(_ step: Step, to pieces: inout Pieces, isStart: Bool) {
    switch step {
    case .byteLevel(let addsPrefixSpace, let usesPattern):
      if addsPrefixSpace {
        rebuild(&pieces) { bytes, range in
          bytes[range.lowerBound] == 0x20 ? Array(bytes[range]) : [0x20] + bytes[range]
        }
      }
      if usesPattern { split(&pieces, SplitPattern.gpt2.split) }
    case .pattern(let pattern): split(&pieces, pattern.split)
    case .digits(let individual):
      split(&pieces) { splitDigits($0, $1, individual: individual, into: &$2) }
    case .metaspace(let scheme, let splits):
      let prepends = scheme == .always || (scheme == .first && isStart)
      rebuild(&pieces) { bytes, range in
        let spaced = Metaspace.replacingSpaces(bytes[range])
        return prepends && !spaced.starts(with: Metaspace.bytes) ? Metaspace.bytes + spaced : spaced
      }
      if splits { split(&pieces, Metaspace.split) }
    }
  }

  private static func split(
    _ pieces: inout Pieces, _ body: ([UInt8], Range<Int>, inout [Range<Int>]) -> Void
  ) {
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(pieces.bytes.count / 4 + 1)
    for range in pieces.ranges { body(pieces.bytes, range, &ranges) }
    pieces.ranges = ranges
  }

  private static func rebuild(_ pieces: inout Pieces, _ body: ([UInt8], Range<Int>) -> [UInt8]) {
    var rebuilt = Pieces(bytes: [], ranges: [])
    for range in pieces.ranges {
      let start = rebuilt.bytes.count
      rebuilt.bytes += body(pieces.bytes, range)
      rebuilt.ranges.append(start..<rebuilt.bytes.count)
    }
    pieces = rebuilt
  }

  /// Numbers apart from the rest, and from each other when `individual`.
  private static func splitDigits(
    _ bytes: [UInt8], _ range: Range<Int>, individual: Bool, into ranges: inout [Range<Int>]
  ) {
    var start = range.lowerBound
    var index = start
    var isNumber = false
    while index < range.upperBound {
      let next = ScalarClass.at(index, of: bytes, end: range.upperBound)
      let isNext = next.kind == .number
      if index > start, isNext != isNumber || (isNext && individual) {
        ranges.append(start..<index)
        start = index
      }
      isNumber = isNext
      index += next.length
    }
    ranges.append(start..<index)
  }
}
