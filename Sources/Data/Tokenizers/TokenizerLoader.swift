import FileSystem

/// Finds and reads a tokenizer, whatever its format.
public enum TokenizerLoader {
  private static let sizeLimit = 1 << 28

  /// Reads the tokenizer at `path`: a folder with one, or one of its files.
  ///
  /// In a folder the first of these counts: `tokenizer.json`; `vocab.json` with `merges.txt`; `encoder.json` with
  /// `vocab.bpe`; `tokenizer.bin` (llama2.c). The files beside it name the special tokens. A file is read for
  /// what its name says: `.json`, `.bin` (llama2.c), `.txt`, `.bpe`; the tokenizer inside a GGUF file is found, too.
  ///
  /// - Throws: `InputError`: `missing` when there is none, `badData` when it is malformed or of a kind that Pacer
  ///   does not do exactly (Unigram, WordPiece and WordLevel models, unknown patterns), which is named.
  public static func load(path: String) throws -> any Tokenizer {
    switch Directory.kind(of: path) {
    case .folder: return try load(folder: path)
    case nil: throw InputError(.missing, file: path, found: "no such file", expected: "a tokenizer")
    default: return try load(file: path)
    }
  }

  private static func load(folder: String) throws -> BPETokenizer {
    for name in ["tokenizer.json", "vocab.json", "encoder.json", "tokenizer.bin"] {
      let path = Path.joined(folder, name)
      if Directory.kind(of: path) == .file { return try load(file: path) }
    }
    let unigram = Directory.kind(of: Path.joined(folder, "tokenizer.model")) == .file
    throw InputError(
      .missing, file: folder,
      found: unigram ? "only tokenizer.model, a SentencePiece model, which is not supported" : "no tokenizer",
      expected: "tokenizer.json, vocab.json with merges.txt, encoder.json with vocab.bpe, or tokenizer.bin",
      remedy: unigram ? "Save the tokenizer as tokenizer.json with transformers" : nil)
  }

  private static func load(file path: String) throws -> BPETokenizer {
    if try GGUFFile.isGGUF(path) { return try embedded(in: path) }
    let folder = Path.folder(of: path)
    switch Path.name(of: path) {
    case "vocab.json", "merges.txt":
      return try pair(Path.joined(folder, "vocab.json"), Path.joined(folder, "merges.txt"))
    case "encoder.json", "vocab.bpe":
      return try pair(Path.joined(folder, "encoder.json"), Path.joined(folder, "vocab.bpe"))
    case let name where name.hasSuffix(".json"):
      return try TokenizerJSONReader.read(
        try read(path), file: path, settings: try SpecialTokenSettings(folder: folder))
    case let name where name.hasSuffix(".bin"):
      return try Llama2CTokenizerReader.read(try read(path), file: path)
    case let name:
      let isSentencePiece = name.hasSuffix(".model")
      throw InputError(
        .badData, file: path,
        found: isSentencePiece ? "a SentencePiece model, which is not supported" : "a file of unknown kind",
        expected: "tokenizer.json, vocab.json, encoder.json or a llama2.c tokenizer.bin",
        remedy: isSentencePiece ? "Save the tokenizer as tokenizer.json with transformers" : nil)
    }
  }

  private static func read(_ path: String) throws -> [UInt8] { try File.readAll(path, limit: sizeLimit) }

  /// A vocabulary and its merges in two files: always byte-level.
  private static func pair(_ vocabularyPath: String, _ mergesPath: String) throws -> BPETokenizer {
    let settings = try SpecialTokenSettings(folder: Path.folder(of: vocabularyPath))
    let vocabulary = try BPEFiles.vocabulary(
      try JSONNode.parse(try read(vocabularyPath), file: vocabularyPath))
    let rules = try BPEFiles.mergesText(try read(mergesPath), file: mergesPath, vocabulary)
    var options = BPEModel.Options()
    options.isByteLevel = true
    let model = try BPEFiles.model(vocabulary, rules, options, file: vocabularyPath)
    var parts = BPETokenizer.Parts(model: model)
    switch settings.tokenizerClass {
    case nil, "GPT2Tokenizer", "GPT2TokenizerFast":
      parts.preTokenizer.steps = [.byteLevel(addsPrefixSpace: settings.addsPrefixSpace, usesPattern: true)]
    case "Qwen2Tokenizer", "Qwen2TokenizerFast":
      parts.normalizer = .nfc
      parts.preTokenizer.steps = [
        .pattern(.qwen2), .byteLevel(addsPrefixSpace: settings.addsPrefixSpace, usesPattern: false),
      ]
    case .some(let name):
      throw InputError(
        .badData, file: Path.joined(Path.folder(of: vocabularyPath), "tokenizer_config.json"),
        key: "tokenizer_class", found: "'\(name.prefix(60))' without a tokenizer.json",
        expected: "GPT2Tokenizer or Qwen2Tokenizer",
        remedy: "Save the tokenizer as tokenizer.json with transformers")
    }
    if settings.addedTokens.isEmpty, let end = vocabulary.id(of: "<|endoftext|>") {
      parts.addedTokens = [AddedToken(id: end, content: "<|endoftext|>")]
    }
    try settings.complete(&parts, file: vocabularyPath)
    return BPETokenizer(parts)
  }
}
