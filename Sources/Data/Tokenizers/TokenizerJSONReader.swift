import FileSystem

/// Reads a Hugging Face `tokenizer.json` with a BPE model; what Pacer does not do exactly is refused by name.
///
/// `truncation` and `padding` are left to the caller and not read: they shape batches, not tokens.
struct TokenizerJSONReader {
  let root: JSONNode
  let settings: SpecialTokenSettings

  static func read(_ bytes: [UInt8], file: String, settings: SpecialTokenSettings) throws -> BPETokenizer {
    let root = try JSONNode.parse(bytes, file: file)
    return try TokenizerJSONReader(root: root, settings: settings).tokenizer()
  }

  private func tokenizer() throws -> BPETokenizer {
    let preTokenizer = try preTokenizer()
    let model = try model(isByteLevel: preTokenizer.isByteLevel)
    var parts = BPETokenizer.Parts(model: model)
    parts.preTokenizer = preTokenizer
    parts.normalizer = try normalizer()
    parts.decoder = try decoder(for: model)
    parts.addedTokens = try addedTokens()
    try postProcessor(into: &parts)
    try settings.complete(&parts, file: root.file)
    return BPETokenizer(parts)
  }

  private func model(isByteLevel: Bool) throws -> BPEModel {
    let node = try root.required("model")
    if let type = try node.optional("type"), try type.string != "BPE" {
      throw type.error(
        found: "a tokenizer model of type '\(try type.string)'", expected: "BPE",
        remedy: "Unigram, WordPiece and WordLevel models are not supported")
    }
    let vocabularyNode = try node.required("vocab")
    guard case .object = vocabularyNode.value else {
      throw vocabularyNode.error(
        found: "a list of pieces, as in a Unigram model", expected: "a BPE vocabulary")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let affix = try node.optional(key), try !affix.string.isEmpty {
        throw affix.error(found: "the affix '\(try affix.string)'", expected: "none")
      }
    }
    if let dropout = try node.optional("dropout"), try dropout.double != 0 {
      throw dropout.error(found: "merges dropped at random", expected: "no dropout")
    }
    var options = BPEModel.Options()
    options.isByteLevel = isByteLevel
    options.hasByteFallback = try node.optional("byte_fallback")?.bool ?? false
    options.fusesUnknown = try node.optional("fuse_unk")?.bool ?? false
    options.ignoresMerges = try node.optional("ignore_merges")?.bool ?? false
    options.unknownToken = try node.optional("unk_token")?.string
    let vocabulary = try BPEFiles.vocabulary(vocabularyNode)
    let merges = try BPEFiles.merges(try node.required("merges"), vocabulary)
    return try BPEFiles.model(vocabulary, merges, options, file: root.file)
  }

  private func addedTokens() throws -> [AddedToken] {
    try root.optional("added_tokens")?.elements.map { node in
      var token = AddedToken(
        id: Int32(try node.required("id").int(in: 0...Vocabulary.idLimit - 1)),
        content: try node.required("content").string)
      guard !token.content.isEmpty else {
        throw try node.required("content").error(found: "an empty added token", expected: "text")
      }
      try token.readFlags(node)
      return token
    } ?? []
  }
}

extension AddedToken {
  /// Reads `single_word`, `lstrip`, `rstrip`, `normalized` and `special`, where present.
  mutating func readFlags(_ node: JSONNode) throws {
    isSingleWord = try node.optional("single_word")?.bool ?? false
    stripsLeft = try node.optional("lstrip")?.bool ?? false
    stripsRight = try node.optional("rstrip")?.bool ?? false
    isSpecial = try node.optional("special")?.bool ?? false
    isNormalized = try node.optional("normalized")?.bool ?? !isSpecial
  }
}
