import FileSystem

/// Reads the vocabulary that a GGUF file holds, and makes the tokenizer that llama.cpp would make of it.
///
/// Like llama.cpp it normalises nothing but SentencePiece's spaces, even where the tokenizer that the file was made
/// from composes characters (NFC) first.
struct GGUFTokenizerReader {
  private typealias Key = GGUFTokenizer

  private let file: GGUFFile
  private let tokens: [String]
  private let types: [GGUFTokenizer.TokenType]
  private let vocabulary: Vocabulary

  /// Reads and checks the tokens with their types.
  ///
  /// - Throws: `InputError` naming the key whose value is missing, of another type or length, or contradicts itself.
  init(_ file: GGUFFile) throws {
    self.file = file
    let field = try file.required(Key.tokens)
    tokens = try field.strings()
    guard (1...Vocabulary.idLimit).contains(tokens.count) else {
      throw field.error(found: "\(tokens.count) tokens", expected: "1 to \(Vocabulary.idLimit)")
    }
    types = try Self.types(file, count: tokens.count)
    var vocabulary = Vocabulary(minimumCapacity: tokens.count)
    for (id, token) in tokens.enumerated() where types[id] != .unused {
      guard !token.isEmpty else {
        throw field.error(found: "no text for the token \(id)", expected: "some, or the type 'unused'")
      }
      try vocabulary.insert(token, id: id, file: file.location, key: Key.tokens)
    }
    self.vocabulary = vocabulary
  }

  private static func types(_ file: GGUFFile, count: Int) throws -> [GGUFTokenizer.TokenType] {
    guard let field = file.optional(Key.tokenTypes) else { return Array(repeating: .normal, count: count) }
    let numbers = try field.integers()
    guard numbers.count == count else {
      throw field.error(found: "\(numbers.count) types", expected: "\(count), one for each token")
    }
    return try numbers.enumerated().map { id, number in
      guard let type = GGUFTokenizer.TokenType(rawValue: number) else {
        throw field.error(found: "the type \(number) for the token \(id)", expected: "a type from 1 to 6")
      }
      return type
    }
  }

  /// `tokenizer.ggml.model` = gpt2.
  func byteLevel() throws -> BPETokenizer {
    let pre = try preTokenizer()
    let field = try file.required(Key.merges)
    let merges = JSONValue.array(try field.strings().map { .string($0) })
    let rules = try BPEFiles.merges(
      JSONNode(merges, file: file.location, path: Key.merges), vocabulary)
    var options = BPEModel.Options()
    options.isByteLevel = true
    options.ignoresMerges = pre.ignoresMerges
    var parts = BPETokenizer.Parts(
      model: try BPEFiles.model(vocabulary, rules, options, file: file.location))
    parts.preTokenizer.steps = pre.steps
    try complete(&parts, addsBegin: pre.addsBegin)
    return BPETokenizer(parts)
  }

  private func preTokenizer() throws -> GGUFPreTokenizer {
    guard let field = file.optional(Key.pre) else { return .default }
    let name = try field.string()
    guard let known = GGUFPreTokenizer.named(name) else {
      throw field.error(
        found: "the pre-tokenizer '\(DisplayText.escaped(name, limit: 40))'",
        expected: "one of \(GGUFPreTokenizer.names.joined(separator: ", "))")
    }
    return known
  }

  /// `tokenizer.ggml.model` = llama.
  func sentencePiece() throws -> BPETokenizer {
    let field = try file.required(Key.scores)
    let scores = try field.floats()
    guard scores.count == tokens.count else {
      throw field.error(found: "\(scores.count) scores", expected: "\(tokens.count), one for each token")
    }
    var options = BPEModel.Options()
    options.fusesUnknown = true
    options.hasByteFallback = (UInt8.min...UInt8.max).allSatisfy {
      vocabulary.id(of: ByteFallback.token(of: $0)) != nil
    }
    // llama.cpp's own assumption for this kind of vocabulary.
    options.unknownToken = vocabulary.token(try id(Key.unknownID) ?? 0)
    let pieces = tokens.indices.filter { types[$0] == .normal }.map { (Int32($0), scores[$0]) }
    let rules = SentencePieceRules.rules(pieces, vocabulary)
    let model = try BPEFiles.model(vocabulary, rules, options, file: file.location)
    var parts = BPETokenizer.Parts(model: model)
    let addsSpace = try file.optional(Key.addsSpace)?.bool() ?? true
    let replacement = Normalizer.replace(" ", with: Metaspace.text)
    parts.normalizer = addsSpace ? .sequence([.prepend(Metaspace.text), replacement]) : replacement
    parts.decoder = .metaspace(addsSpace ? .one : .none, byteFallback: options.hasByteFallback)
    try complete(&parts, addsBegin: true, begin: 1, end: 2)
    return BPETokenizer(parts)
  }

  /// Special tokens, and what is put around a text.
  ///
  /// - Parameters:
  ///   - addsBegin, begin, end: what llama.cpp assumes where the file does not say.
  private func complete(
    _ parts: inout BPETokenizer.Parts, addsBegin: Bool, begin: Int32? = nil, end: Int32? = nil
  ) throws {
    for (id, token) in tokens.enumerated() where [.control, .unknown, .userDefined].contains(types[id]) {
      var added = AddedToken(id: Int32(id), content: token)
      added.isSpecial = types[id] != .userDefined
      parts.addedTokens.append(added)
    }
    parts.beginOfText = try id(Key.beginID) ?? begin.flatMap { vocabulary.token($0) == nil ? nil : $0 }
    var ends = try Key.ends.compactMap { try id($0) }
    if ends.isEmpty, let end, vocabulary.token(end) != nil { ends = [end] }
    parts.endOfText = ends.first
    parts.stopTokens = ends
    if try file.optional(Key.addsBegin)?.bool() ?? addsBegin, let begin = parts.beginOfText {
      parts.prefix = [begin]
    }
    if try file.optional(Key.addsEnd)?.bool() ?? false, let end = parts.endOfText { parts.suffix = [end] }
  }

  /// The token that a key names, nil where there is no such key.
  private func id(_ key: String) throws -> Int32? {
    guard let field = file.optional(key) else { return nil }
    let id = try field.int(in: 0...tokens.count - 1)
    guard vocabulary.token(Int32(id)) != nil else {
      throw field.error(found: "the unused token \(id)", expected: "a token of the vocabulary")
    }
    return Int32(id)
  }
}
