import FileSystem

/// What the files beside a tokenizer say about special tokens.
///
/// `tokenizer_config.json` counts before `special_tokens_map.json`, that before the ids in
/// `generation_config.json` and `config.json`.
struct SpecialTokenSettings: Sendable {
  var tokenizerClass: String?
  var beginText: String?
  var endText: String?
  var beginID: Int?
  var endIDs: [Int] = []
  var addedTokens: [AddedToken] = []
  var addsPrefixSpace = false
  var addsBegin: Bool?
  var addsEnd: Bool?

  private static let sizeLimit = 1 << 26

  /// Reads what is there in `folder`; each file is optional.
  init(folder: String) throws {
    if let config = try Self.node(folder, "tokenizer_config.json") { try readTokenizerConfig(config) }
    if let map = try Self.node(folder, "special_tokens_map.json") {
      beginText = try beginText ?? Self.content(map, "bos_token")
      endText = try endText ?? Self.content(map, "eos_token")
    }
    for name in ["generation_config.json", "config.json"] {
      guard let config = try Self.node(folder, name) else { continue }
      beginID = try beginID ?? config.optional("bos_token_id")?.int
      if endIDs.isEmpty, let end = try config.optional("eos_token_id") {
        endIDs = if case .array = end.value { try end.elements.map { try $0.int } } else { [try end.int] }
      }
    }
  }

  /// What a `tokenizer_config.json` alone says.
  ///
  /// - Throws: `InputError` for one that is malformed.
  init(configuration bytes: [UInt8]) throws {
    try readTokenizerConfig(try JSONNode.parse(bytes, file: "tokenizer_config.json"))
  }

  /// Settings of a tokenizer that has no files beside it.
  init() {}

  private mutating func readTokenizerConfig(_ config: JSONNode) throws {
    tokenizerClass = try config.optional("tokenizer_class")?.string
    beginText = try Self.content(config, "bos_token")
    endText = try Self.content(config, "eos_token")
    addsPrefixSpace = try config.optional("add_prefix_space")?.bool ?? false
    addsBegin = try config.optional("add_bos_token")?.bool
    addsEnd = try config.optional("add_eos_token")?.bool
    for (key, node) in try config.optional("added_tokens_decoder")?.members ?? [] {
      guard let id = Int32(key), id >= 0, id < Vocabulary.idLimit else {
        throw node.error(found: "the token id '\(key.prefix(40))'", expected: "a whole number")
      }
      var token = AddedToken(id: id, content: try node.required("content").string)
      guard !token.content.isEmpty else { throw node.error(found: "an empty added token", expected: "text") }
      try token.readFlags(node)
      addedTokens.append(token)
    }
  }

  /// A token that is written as text or as an object with `content`.
  private static func content(_ node: JSONNode, _ key: String) throws -> String? {
    guard let token = try node.optional(key) else { return nil }
    if case .object = token.value { return try token.required("content").string }
    return try token.string
  }

  private static func node(_ folder: String, _ name: String) throws -> JSONNode? {
    let path = Path.joined(folder, name)
    guard Directory.kind(of: path) == .file else { return nil }
    return try JSONNode.parse(try File.readAll(path, limit: sizeLimit), file: path)
  }
}

extension SpecialTokenSettings {
  /// The usual ends of a text, in the order in which they are tried when no file names one.
  private static let usualEnds = ["<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>"]
  private static let usualBegins = ["<|begin_of_text|>", "<s>", "<bos>"]

  /// Adds what the settings know to the parts of a tokenizer, and checks that added tokens fit the vocabulary.
  func complete(_ parts: inout BPETokenizer.Parts, file: String?) throws {
    let known = Set(parts.addedTokens.map { ExactText($0.content) })
    parts.addedTokens += addedTokens.filter { !known.contains(ExactText($0.content)) }
    var all = parts.model.vocabulary
    for token in parts.addedTokens {
      try all.insert(token.content, id: Int(token.id), file: file, key: "added_tokens")
    }
    for id in parts.prefix + parts.suffix where all.token(id) == nil {
      throw InputError(
        .badData, file: file, key: "post_processor", found: "the id \(id), which no token has",
        expected: "ids of tokens")
    }
    let ends = endIDs.compactMap { Int32(exactly: $0) }.filter { all.token($0) != nil }
    let special = Set(parts.addedTokens.filter(\.isSpecial).map { ExactText($0.content) })
    func usual(_ names: [String]) -> Int32? {
      names.first { special.contains(ExactText($0)) }.flatMap { all.id(of: $0) }
    }
    parts.beginOfText =
      beginText.flatMap { all.id(of: $0) } ?? beginID.flatMap { Int32(exactly: $0) } ?? parts.prefix.first
      ?? usual(Self.usualBegins)
    parts.endOfText = endText.flatMap { all.id(of: $0) } ?? ends.first ?? usual(Self.usualEnds)
    parts.stopTokens = ends
    if let begin = parts.beginOfText, all.token(begin) == nil { parts.beginOfText = nil }
    applyLlamaFlags(&parts)
  }

  /// Llama's tokenizer class takes `add_bos_token` and `add_eos_token` over the template of the file.
  private func applyLlamaFlags(_ parts: inout BPETokenizer.Parts) {
    guard tokenizerClass?.hasPrefix("LlamaTokenizer") == true else { return }
    if let addsBegin { parts.prefix = addsBegin ? parts.beginOfText.map { [$0] } ?? [] : [] }
    if let addsEnd { parts.suffix = addsEnd ? parts.endOfText.map { [$0] } ?? [] : [] }
  }
}
