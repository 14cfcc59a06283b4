/// A byte-pair encoding: a vocabulary, what its symbols are and which pairs merge.
///
/// Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016; over
/// bytes after Radford et al. 2019; with byte fallback after SentencePiece (Kudo, Richardson 2018).
struct BPEModel: Sendable {
  /// One line of the merge list.
  struct Rule: Sendable, Equatable {
    var left: Int32
    var right: Int32
    var merge: Merge
  }

  /// The settings that decide how a word becomes symbols.
  struct Options: Sendable, Equatable {
    /// Symbols are bytes in GPT-2's spelling; else characters.
    var isByteLevel = false
    /// A character outside the vocabulary becomes its bytes, `<0xE2>` and so on.
    var hasByteFallback = false
    /// Neighbouring unknown characters become one token.
    var fusesUnknown = false
    /// A word that is a token is never merged from parts.
    var ignoresMerges = false
    var unknownToken: String?
  }

  let vocabulary: Vocabulary
  let rules: [Rule]
  let options: Options
  /// Whether words may be cut before `▁` without changing what they encode to.
  let cutsBeforeMetaspace: Bool
  private let table: PairTable
  /// The token of each byte: of GPT-2's alphabet or of the fallback; -1 where there is none.
  let byteIDs: [Int32]
  /// The token of each ASCII character; -1 where there is none.
  private let asciiIDs: [Int32]
  private let unknown: Int32?
  private let wholeWords: ByteTable

  /// - Parameters:
  ///   - rules: in the order of their ranks; of two for the same pair the later counts.
  init(vocabulary: Vocabulary, rules: [Rule], options: Options) {
    self.vocabulary = vocabulary
    self.rules = rules
    self.options = options
    var table = PairTable(minimumCapacity: rules.count)
    for rule in rules { table.set(rule.left, rule.right, rule.merge) }
    self.table = table
    unknown = options.unknownToken.flatMap { vocabulary.id(of: $0) }
    byteIDs = (UInt8.min...UInt8.max).map { byte in
      let name = options.isByteLevel ? String(ByteAlphabet.scalars[Int(byte)]) : ByteFallback.token(of: byte)
      return vocabulary.id(of: name) ?? -1
    }
    asciiIDs = (UInt8.min..<0x80).map { vocabulary.id(of: String(Unicode.Scalar($0))) ?? -1 }
    wholeWords = options.ignoresMerges ? Self.wholeWords(vocabulary, options) : ByteTable()
    cutsBeforeMetaspace =
      !options.isByteLevel && !options.ignoresMerges && vocabulary.id(of: Metaspace.text) != nil
      && rules.allSatisfy { !Self.crossesWords(vocabulary.token($0.merge.merged) ?? "") }
  }

  /// The bytes that the model cannot encode at all, when there are any: without a token for unknown text and
  /// without a token for each byte, text would be lost.
  var firstUnencodableByte: UInt8? {
    if unknown != nil { return nil }
    if !options.isByteLevel && !options.hasByteFallback { return 0 }
    return byteIDs.firstIndex(of: -1).map(UInt8.init)
  }

  /// Appends the tokens of the word that fills `range` of `bytes`.
  func encode(_ bytes: [UInt8], _ range: Range<Int>, with merger: inout BPEMerger, into ids: inout [Int32]) {
    if options.ignoresMerges, let id = wholeWords.find(bytes, range) { return ids.append(id) }
    merger.symbols.removeAll(keepingCapacity: true)
    if options.isByteLevel {
      for index in range { appendByte(bytes[index], to: &merger.symbols) }
    } else {
      appendCharacters(bytes, range, to: &merger.symbols)
    }
    merger.merge(table)
    ids += merger.symbols
  }

  private func appendByte(_ byte: UInt8, to symbols: inout [Int32]) {
    let id = byteIDs[Int(byte)]
    if id >= 0 { symbols.append(id) } else { appendUnknown(&symbols) }
  }

  private func appendUnknown(_ symbols: inout [Int32]) {
    guard let unknown, !(options.fusesUnknown && symbols.last == unknown) else { return }
    symbols.append(unknown)
  }

  private func appendCharacters(_ bytes: [UInt8], _ range: Range<Int>, to symbols: inout [Int32]) {
    let slice = bytes[range]
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      let length = byte < 0x80 ? 1 : UTF8Text.scalarLength(in: slice, at: index) ?? 1
      let character = index..<index + length
      index += length
      if byte < 0x80, asciiIDs[Int(byte)] >= 0 {
        symbols.append(asciiIDs[Int(byte)])
      } else if byte >= 0x80, let id = vocabulary.id(bytes, character) {
        symbols.append(id)
      } else if options.hasByteFallback, character.allSatisfy({ byteIDs[Int(bytes[$0])] >= 0 }) {
        for index in character { symbols.append(byteIDs[Int(bytes[index])]) }
      } else {
        appendUnknown(&symbols)
      }
    }
  }

  private static func wholeWords(_ vocabulary: Vocabulary, _ options: Options) -> ByteTable {
    var table = ByteTable(minimumCapacity: vocabulary.size)
    for (id, token) in vocabulary.tokens.enumerated() {
      guard let token else { continue }
      let bytes = options.isByteLevel ? ByteAlphabet.bytes(of: token) : Array(token.utf8)
      if let bytes { table.insert(bytes, value: Int32(id)) }
    }
    return table
  }

  private static func crossesWords(_ token: String) -> Bool {
    var ranges: [Range<Int>] = []
    let bytes = Array(token.utf8)
    Metaspace.splitWords(bytes, 0..<bytes.count, into: &ranges)
    return ranges.count > 1
  }
}

/// The spelling of single bytes in SentencePiece vocabularies: `<0x0A>`.
enum ByteFallback {
  static func token(of byte: UInt8) -> String {
    "<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
  }

  static func byte(of token: String) -> UInt8? {
    let text = Array(token.utf8)
    guard text.count == 6, token.hasPrefix("<0x"), token.hasSuffix(">") else { return nil }
    return UInt8(String(decoding: text[3..<5], as: UTF8.self), radix: 16)
  }
}
