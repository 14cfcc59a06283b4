package import DraftData
internal import FileSystem

/// `pacer data inspect`: what a file becomes once a model's tokenizer and a recipe's settings have read it.
package struct DataInspection: Sendable {
  /// The settings of a recipe's data section that count here.
  package static let settingNames = FileSourceRecipe.section.fields.map(\.key).filter {
    !["path", "domain", "holdout"].contains($0)
  }

  /// The file.
  package let path: String
  /// All documents in tokens.
  package let statistics: DatasetStatistics
  /// One more than the largest id of the tokenizer.
  package let vocabularySize: Int
  /// How many of its ids occur.
  package let usedVocabulary: Int
  /// The template as the recipe would have it; nil when prompt and response stand on lines of their own.
  package let template: String?
  /// The hidden states that are stored beside the documents; nil without any.
  package let features: FeatureDescription?
  /// The document that is shown.
  package let sample: Sample

  init(
    path: String, statistics: DatasetStatistics, vocabularySize: Int, usedVocabulary: Int, template: String?,
    features: FeatureDescription?, sample: Sample
  ) {
    (self.path, self.statistics, self.vocabularySize) = (path, statistics, vocabularySize)
    (self.usedVocabulary, self.template, self.features) = (usedVocabulary, template, features)
    self.sample = sample
  }

  /// One document with its mask.
  package struct Sample: Sendable, Equatable {
    /// Its place in the file, from 0.
    package let index: Int
    package let text: String
    package let tokens: [Int32]
    /// Which tokens are predicted; the first never is.
    package let learnt: [Bool]
    /// Stretches that are all learnt or all not.
    package let runs: [BatchPreview.Run]
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - tokenizerPath: a model's folder or a tokenizer file; a chat template is read from beside it.
  ///   - settings: `key=value` as in a recipe's data section.
  ///   - scope: which tokens are learnt.
  ///   - sample: the document to show, from 0.
  /// - Throws: `RecipeErrors` for settings that a recipe would refuse; `InputError` for what cannot be read, a mask
  ///   that cannot be told, and a sample that is not there.
  package init(
    path: String, tokenizerPath: String, settings: [String] = [], scope: LossScope = .responses,
    sample: Int = 0
  ) throws {
    let source = try Self.source(path, settings)
    let tokenizer = try TokenizerLoader.load(path: tokenizerPath)
    var file = try source.documentFile()
    if source.usesChatTemplate {
      file.chat = ChatEncoder(
        template: try FileSourceRecipe.chatTemplate(of: tokenizerPath), tokenizer: tokenizer,
        variables: source.chatVariables)
    }
    let encoder = DocumentEncoder(tokenizer, scope: scope)
    var store = TokenStore()
    var used = Set<Int32>()
    var shown: Sample?
    try file.forEach { document in
      let (tokens, inLoss) = encoder.encode(document)
      if store.documentCount == sample {
        shown = Sample(index: sample, text: document.text, tokens, inLoss, tokenizer)
      }
      used.formUnion(tokens)
      store.append(tokens: tokens, inLoss: inLoss, domain: document.domain, contentHash: document.contentHash)
    }
    guard let shown else { throw Self.noSample(sample, store.documentCount, path) }
    self.init(
      path: path, statistics: DatasetStatistics(store), vocabularySize: tokenizer.vocabularySize,
      usedVocabulary: used.count, template: source.template, features: nil, sample: shown)
  }

  /// The settings as a recipe would read them.
  private static func source(_ path: String, _ settings: [String]) throws -> FileSourceRecipe {
    var root = RecipeNode(.mapping([RecipeNode.Entry("path", RecipeNode(.scalar(path, quoted: true)))]))
    var errors: [InputError] = []
    for setting in settings {
      do throws(InputError) {
        let override = try RecipeOverride(setting)
        guard case .key(let name)? = override.path.components.first, settingNames.contains(name) else {
          throw InputError(
            .usage, found: "'\(setting)' is no setting here",
            expected: "one of \(settingNames.joined(separator: ", "))")
        }
        try override.apply(to: &root)
      } catch {
        errors.append(error)
      }
    }
    var decoding = RecipeDecoding(file: path, errors: errors)
    let source = FileSourceRecipe.decode(root, at: "", in: nil, &decoding)
    try decoding.finish()
    guard let source else { preconditionFailure("settings that were not decoded have errors") }
    return source
  }
}

extension DataInspection.Sample {
  init(
    index: Int, text: String, _ tokens: [Int32], _ inLoss: [Bool], _ tokenizer: any Tokenizer
  ) {
    self.index = index
    self.text = text
    self.tokens = tokens
    learnt = inLoss.enumerated().map { $0 > 0 && $1 }
    var runs: [BatchPreview.Run] = []
    var bytes: [UInt8] = []
    for (place, token) in tokens.enumerated() {
      if place > 0, learnt[place] != learnt[place - 1] {
        runs.append(BatchPreview.Run(String(decoding: bytes, as: UTF8.self), isLearnt: learnt[place - 1]))
        bytes = []
      }
      bytes += tokenizer.shownBytes(of: token, isFirst: place == 0)
    }
    if let last = learnt.last {
      runs.append(BatchPreview.Run(String(decoding: bytes, as: UTF8.self), isLearnt: last))
    }
    self.runs = runs
  }
}
