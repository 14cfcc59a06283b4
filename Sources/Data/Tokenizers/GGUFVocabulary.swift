package import FileSystem

/// A tokenizer as GGUF files hold it.
package struct GGUFVocabulary: Sendable {
  /// `tokenizer.ggml.model`.
  package enum Kind: String, Sendable {
    case byteLevel = "gpt2"
    case sentencePiece = "llama"
  }

  package let kind: Kind
  /// One for each row of the embedding.
  package let tokens: [String]
  /// The token that is put in front of a text, nil where none is.
  package let prefix: Int32?
  /// The token that is put behind a text, nil where none is.
  package let suffix: Int32?
  /// What llama.cpp will do differently from the tokenizer: one sentence each.
  package private(set) var warnings: [String] = []
  private let types: [GGUFTokenizer.TokenType]
  private var pre = "default"
  private var scores: [Float] = []
  private var merges: [String] = []
  private var addsSpace: Bool?
  private let unknown: Int32?

  /// - Parameters:
  ///   - size: how many tokens the model has; ids without a token are filled up with `[PAD<id>]`.
  /// - Throws: `InputError` for a tokenizer with more tokens than that, or one that puts several tokens around a text.
  package init(_ tokenizer: any Tokenizer, size: Int) throws(InputError) {
    guard let tokenizer = tokenizer as? BPETokenizer else {
      throw Self.error("a tokenizer that is no byte-pair encoding", "one that is")
    }
    guard tokenizer.vocabularySize <= size else {
      throw Self.error("\(tokenizer.vocabularySize) tokens", "at most the model's \(size)")
    }
    guard tokenizer.prefix.count <= 1, tokenizer.suffix.count <= 1 else {
      throw Self.error("several tokens around a text", "one on each side")
    }
    kind = tokenizer.model.options.isByteLevel ? .byteLevel : .sentencePiece
    (prefix, suffix) = (tokenizer.prefix.first, tokenizer.suffix.first)
    let added = Dictionary(tokenizer.addedTokens.map { ($0.id, $0) }) { first, _ in first }
    let options = tokenizer.model.options
    unknown = kind == .sentencePiece ? options.unknownToken.flatMap { tokenizer.id(of: $0) } : nil
    var tokens: [String] = []
    var types: [GGUFTokenizer.TokenType] = []
    for id in 0..<Int32(size) {
      let token = tokenizer.token(id)
      tokens.append(token ?? "[PAD\(id)]")
      types.append(
        token == nil
          ? .unused : id == unknown ? .unknown : Self.type(added[id], token ?? "", options.hasByteFallback))
    }
    (self.tokens, self.types) = (tokens, types)
    switch kind {
    case .byteLevel: readByteLevel(tokenizer)
    case .sentencePiece: readSentencePiece(tokenizer)
    }
  }

  private static func error(_ found: String, _ expected: String) -> InputError {
    InputError(.badData, key: "tokenizer", found: found, expected: expected + ", to be written as GGUF")
  }

  private static func type(
    _ added: AddedToken?, _ token: String, _ hasByteFallback: Bool
  ) -> GGUFTokenizer.TokenType {
    if let added { return added.isSpecial ? .control : .userDefined }
    return hasByteFallback && ByteFallback.byte(of: token) != nil ? .byte : .normal
  }

  private mutating func readByteLevel(_ tokenizer: BPETokenizer) {
    let model = tokenizer.model
    merges = model.rules.map {
      "\(model.vocabulary.token($0.left) ?? "") \(model.vocabulary.token($0.right) ?? "")"
    }
    if let known = GGUFPreTokenizer.matching(
      tokenizer.preTokenizer.steps, ignoresMerges: model.options.ignoresMerges)
    {
      pre = known.name
    } else {
      warnings.append(
        "llama.cpp has no pre-tokenizer that cuts text as this tokenizer does; 'default' is written")
    }
    if tokenizer.normalizer != .identity, tokenizer.normalizer != .nfc {
      warnings.append("llama.cpp does not normalise text as this tokenizer does")
    }
  }

  private mutating func readSentencePiece(_ tokenizer: BPETokenizer) {
    let replacement = Normalizer.replace(" ", with: Metaspace.text)
    switch (tokenizer.normalizer, tokenizer.preTokenizer.steps) {
    case (.sequence([.prepend(Metaspace.text), replacement]), []),
      (.identity, [.metaspace(prepends: .always, splits: true)]),
      (.identity, [.metaspace(prepends: .always, splits: false)]):
      addsSpace = true
    case (replacement, []), (.sequence([replacement]), []),
      (.identity, [.metaspace(prepends: .never, splits: true)]),
      (.identity, [.metaspace(prepends: .never, splits: false)]):
      addsSpace = false
    default:
      addsSpace = true
      warnings.append("llama.cpp puts spaces in front of a text in another way than this tokenizer")
    }
    let ranks = SentencePieceRanks(tokenizer.model)
    scores = (0..<Int32(tokens.count)).map { id in types[Int(id)] == .normal ? ranks.score(of: id) : 0 }
    let pieces = (0..<Int32(tokens.count)).filter { types[Int($0)] == .normal }.map { ($0, scores[Int($0)]) }
    let rules = SentencePieceRules.rules(pieces, tokenizer.model.vocabulary)
    if !ranks.isOneForEachPiece || rules.count != ranks.ruleCount {
      warnings.append("llama.cpp merges some pairs in another order than this tokenizer")
    }
  }
}

extension GGUFVocabulary {
  /// The keys, in the order of the reference converter.
  ///
  /// - Parameters:
  ///   - begin: the token that begins a text where the tokenizer puts none there itself.
  ///   - ends: the tokens that end a text; beyond the third they cannot be written.
  ///   - pad: the token that fills batches, nil for none.
  package func keyValues(
    begin: Int32?, ends: [Int32], pad: Int32?, chatTemplate: String?
  ) -> [(key: String, value: GGUFValue)] {
    typealias Key = GGUFTokenizer
    var result: [(key: String, value: GGUFValue)] = [
      (Key.model, .string(kind.rawValue)), (Key.pre, .string(pre)), (Key.tokens, .strings(tokens)),
    ]
    if kind == .sentencePiece { result.append((Key.scores, .array(.float32, scores.map { .float32($0) }))) }
    result.append((Key.tokenTypes, .array(.int32, types.map { .int32(Int32($0.rawValue)) })))
    if kind == .byteLevel { result.append((Key.merges, .strings(merges))) }
    func add(_ key: String, _ id: Int32?) {
      if let id, tokens.indices.contains(Int(id)) { result.append((key, .uint32(UInt32(id)))) }
    }
    add(Key.beginID, prefix ?? begin)
    let ordered = (suffix.map { [$0] } ?? []) + ends.filter { $0 != suffix }
    for (key, id) in zip(Key.ends, ordered) { add(key, id) }
    add(Key.unknownID, unknown)
    add(Key.padID, pad)
    result.append((Key.addsBegin, .bool(prefix != nil)))
    result.append((Key.addsEnd, .bool(suffix != nil)))
    if let addsSpace { result.append((Key.addsSpace, .bool(addsSpace))) }
    if let chatTemplate { result.append((Key.chatTemplate, .string(chatTemplate))) }
    return result
  }
}

/// The ranks of the merges that make each piece, which SentencePiece knows as one score for each piece.
private struct SentencePieceRanks {
  private var ranges: [Int32: ClosedRange<Int32>] = [:]
  /// Different pairs that merge.
  private(set) var ruleCount = 0
  /// Whether the ranks that make one piece have none between them that makes another.
  private(set) var isOneForEachPiece = true

  init(_ model: BPEModel) {
    var pairs: Set<[Int32]> = []
    for rule in model.rules {
      let (rank, merged) = (rule.merge.rank, rule.merge.merged)
      let known = ranges[merged] ?? rank...rank
      ranges[merged] = min(known.lowerBound, rank)...max(known.upperBound, rank)
      pairs.insert([rule.left, rule.right])
    }
    ruleCount = pairs.count
    let ordered = ranges.values.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    for (one, next) in zip(ordered, ordered.dropFirst()) where next.lowerBound < one.upperBound {
      isOneForEachPiece = false
    }
  }

  /// Minus the best rank; pieces that no merge makes come last.
  func score(of id: Int32) -> Float { -Float(ranges[id]?.lowerBound ?? 1 << 24) }
}
