internal import DraftData
internal import FileSystem
internal import Models
internal import Serving

/// What is known here of a target that a server runs: its tokens, not its weights.
package struct ServedTarget {
  let tokenizer: any Tokenizer
  /// Ids are below this: rows of the target's embedding, of which a tokenizer may use fewer.
  let vocabularySize: Int
  /// Of what it was made for; nil where that is not known.
  let positions: Int?
  /// Asked for when there are conversations.
  let chat: () throws -> ChatEncoder

  private static let configLimit = 1 << 24

  /// Reads a model folder, which needs no weights; or any model that Pacer reads; or a tokenizer.
  ///
  /// - Throws: `InputError` for one without a tokenizer.
  package init(path: String) throws {
    if Directory.kind(of: path) == .folder {
      try self.init(folder: path, tokenizer: TokenizerLoader.load(path: path))
    } else {
      let files = try ModelLoader.open(path: path)
      guard let tokenizer = try files.tokenizer() else {
        throw InputError(
          .usage, file: path, found: "this model has no tokenizer", expected: "model.bin:tokenizer.bin")
      }
      self.init(
        tokenizer: tokenizer, configuration: files.configuration,
        chat: { ChatEncoder(template: try FileSourceRecipe.chatTemplate(of: path), tokenizer: tokenizer) })
    }
  }

  /// The target of a recipe, or of one without a target whatever has its tokenizer.
  init(_ materials: RunMaterials) throws {
    let tokenizer = try materials.tokenizer()
    if let files = try materials.targetFiles() {
      self.init(tokenizer: tokenizer, configuration: files.configuration, chat: materials.chatEncoder)
    } else {
      self.init(
        tokenizer: tokenizer, vocabularySize: tokenizer.vocabularySize, positions: nil,
        chat: materials.chatEncoder)
    }
  }

  private init(
    tokenizer: any Tokenizer, configuration: ModelConfiguration, chat: @escaping () throws -> ChatEncoder
  ) {
    self.init(
      tokenizer: tokenizer, vocabularySize: configuration.vocabularySize,
      positions: configuration.maxPositions, chat: chat)
  }

  private init(
    tokenizer: any Tokenizer, vocabularySize: Int, positions: Int?,
    chat: @escaping () throws -> ChatEncoder
  ) {
    (self.tokenizer, self.vocabularySize) = (tokenizer, max(vocabularySize, tokenizer.vocabularySize))
    (self.positions, self.chat) = (positions, chat)
  }

  /// A folder whose model may be of a family that Pacer does not run: two sizes are all that is asked of it.
  private init(folder: String, tokenizer: any Tokenizer) throws {
    let path = Path.joined(folder, "config.json")
    var (size, positions): (Int, Int?) = (0, nil)
    if Directory.kind(of: path) == .file {
      let config = try JSONNode.parse(try File.readAll(path, limit: Self.configLimit), file: path)
      let text = try config.optional("text_config") ?? config
      size = try text.optional("vocab_size")?.int(in: 1...1 << 24) ?? 0
      positions = try text.optional("max_position_embeddings")?.int(in: 1...1 << 30)
    }
    self.init(
      tokenizer: tokenizer, vocabularySize: size, positions: positions,
      chat: { ChatEncoder(template: try FileSourceRecipe.chatTemplate(of: folder), tokenizer: tokenizer) })
  }

  /// What makes documents of answers.
  ///
  /// - Parameters:
  ///   - endToken: spelling of the token that ends a text whose server does not say it; nil: the tokenizer's.
  ///   - entryCount: k, the teacher's entries per token; 0 for none.
  /// - Throws: `InputError` where there is no such token.
  func texts(
    endToken spelling: String?, entryCount: Int, policy: AlignmentTally.Policy
  ) throws -> ServedTexts {
    let end = if let spelling { tokenizer.id(of: spelling) } else { tokenizer.endOfText }
    guard let end else {
      throw InputError(
        .usage, key: "end_token",
        found: spelling.map { "the tokenizer has no token '\(DisplayText.escaped($0))'" }
          ?? "the tokenizer has no token that ends a text",
        expected: "the spelling of a token")
    }
    let aligner = TextAligner(
      tokenizer, vocabularySize: vocabularySize, endToken: end, endTokens: tokenizer.stopTokens,
      entryCount: entryCount)
    return ServedTexts(aligner, policy: policy, entryCount: entryCount)
  }

  /// What a corpus of its texts says of itself.
  func description(entryCount: Int, provenance: String) throws -> CorpusDescription {
    CorpusDescription(
      vocabularySize: vocabularySize, tokenizerHash: SHA256.hash(try tokenizer.tokenizerJSON()).description,
      teacherEntryCount: entryCount, provenance: provenance)
  }
}
