/// A byte-pair-encoding tokenizer with all that surrounds the model: added tokens, normalisation, words, and the
/// tokens put around a text.
///
/// Byte-level (GPT-2, Llama 3, Qwen) and SentencePiece-style (Llama 2, Phi-3, llama2.c) vocabularies alike. Made
/// by ``TokenizerLoader`` and ``BPETrainer``.
public struct BPETokenizer: Tokenizer {
  let model: BPEModel
  let addedTokens: [AddedToken]
  let normalizer: Normalizer
  let preTokenizer: PreTokenizer
  let decoder: TokenDecoder
  /// The ids put before and behind a text when special tokens are asked for.
  let prefix: [Int32]
  let suffix: [Int32]
  /// One more than the largest id.
  public let vocabularySize: Int
  /// The ids put before a text.
  public var openingTokens: [Int32] { prefix }
  /// The token that starts a text.
  public let beginOfText: Int32?
  /// The token that ends a text.
  public let endOfText: Int32?
  /// Every token that ends generation, ascending.
  public let stopTokens: [Int32]

  private let addedByID: [Int32: AddedToken]
  private let rawMatcher: AddedTokenMatcher
  private let normalizedMatcher: AddedTokenMatcher
  private let cache = WordCachePool()

  /// What a tokenizer is made of.
  struct Parts {
    var model: BPEModel
    var addedTokens: [AddedToken] = []
    var normalizer = Normalizer.identity
    var preTokenizer = PreTokenizer()
    var decoder = TokenDecoder.byteLevel
    var prefix: [Int32] = []
    var suffix: [Int32] = []
    var beginOfText: Int32?
    var endOfText: Int32?
    var stopTokens: [Int32] = []
  }

  /// Assembles parts that fit: ids of added tokens are free or spell the same token.
  init(_ parts: Parts) {
    model = parts.model
    addedTokens = parts.addedTokens.sorted { $0.id < $1.id }
    normalizer = parts.normalizer
    preTokenizer = parts.preTokenizer
    decoder = parts.decoder
    prefix = parts.prefix
    suffix = parts.suffix
    vocabularySize = max(model.vocabulary.size, addedTokens.last.map { Int($0.id) + 1 } ?? 0)
    beginOfText = parts.beginOfText
    endOfText = parts.endOfText
    stopTokens = Set(parts.stopTokens + (parts.endOfText.map { [$0] } ?? [])).sorted()
    addedByID = Dictionary(addedTokens.map { ($0.id, $0) }) { first, _ in first }
    let raw = addedTokens.filter { !$0.isNormalized }
    rawMatcher = AddedTokenMatcher(raw, contents: raw.map { Array($0.content.utf8) })
    let normalized = addedTokens.filter(\.isNormalized)
    let normalizer = parts.normalizer
    normalizedMatcher = AddedTokenMatcher(
      normalized, contents: normalized.map { normalizer.apply(Array($0.content.utf8)) })
  }

  /// The spelling of a token, nil for an id without one.
  public func token(_ id: Int32) -> String? { addedByID[id]?.content ?? model.vocabulary.token(id) }

  /// The id of a token by its spelling.
  public func id(of token: String) -> Int32? {
    model.vocabulary.id(of: token) ?? addedTokens.first { ExactText($0.content) == ExactText(token) }?.id
  }

  /// Whether the token is an added one that is marked as special.
  public func isSpecial(_ id: Int32) -> Bool { addedByID[id]?.isSpecial ?? false }

  /// What a token stands for in the text.
  public func bytes(of id: Int32, isFirst: Bool) -> [UInt8] {
    if let added = addedByID[id] { return Array(added.content.utf8) }
    guard let token = model.vocabulary.token(id) else { return [0xEF, 0xBF, 0xBD] }
    return decoder.bytes(of: token, isFirst: isFirst)
  }

  /// The ids of `bytes`; linear time but for very long words (n log n).
  public func encode(bytes: [UInt8], addSpecialTokens: Bool) -> [Int32] {
    var encoder = Encoder(ids: addSpecialTokens ? prefix : [], cache: cache.take())
    for match in rawMatcher.matches(in: bytes) {
      if let id = match.id {
        encoder.ids.append(id)
      } else {
        encodeStretch(Array(bytes[match.range]), isStart: match.range.lowerBound == 0, &encoder)
      }
    }
    if addSpecialTokens { encoder.ids += suffix }
    cache.giveBack(encoder.cache)
    return encoder.ids
  }

  /// What one call of `encode` carries from word to word.
  private struct Encoder {
    var ids: [Int32]
    var cache: WordCache
    var merger = BPEMerger()
  }

  private func encodeStretch(_ raw: [UInt8], isStart: Bool, _ encoder: inout Encoder) {
    let text = normalizer.apply(raw)
    for match in normalizedMatcher.matches(in: text) {
      if let id = match.id {
        encoder.ids.append(id)
        continue
      }
      let isWhole = match.range == 0..<text.count
      let stretch = isWhole ? text : Array(text[match.range])
      let pieces = preTokenizer.pieces(of: stretch, isStart: isStart && match.range.lowerBound == 0)
      for range in pieces.ranges { encodePiece(pieces.bytes, range, &encoder) }
    }
  }

  private func encodePiece(_ bytes: [UInt8], _ range: Range<Int>, _ encoder: inout Encoder) {
    guard model.cutsBeforeMetaspace else { return encodeWord(bytes, range, &encoder) }
    var words: [Range<Int>] = []
    Metaspace.splitWords(bytes, range, into: &words)
    for word in words { encodeWord(bytes, word, &encoder) }
  }

  private func encodeWord(_ bytes: [UInt8], _ range: Range<Int>, _ encoder: inout Encoder) {
    guard range.count <= WordCache.longestWord else {
      return model.encode(bytes, range, with: &encoder.merger, into: &encoder.ids)
    }
    if encoder.cache.append(bytes, range, to: &encoder.ids) { return }
    let first = encoder.ids.count
    model.encode(bytes, range, with: &encoder.merger, into: &encoder.ids)
    encoder.cache.insert(bytes, range, ids: encoder.ids[first...])
  }
}
