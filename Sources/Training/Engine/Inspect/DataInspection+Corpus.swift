internal import DraftData
internal import FileSystem

extension DataInspection {
  /// Whether a path is a corpus, with or without hidden states, and no text.
  package static func isCorpus(_ path: String) -> Bool {
    Directory.kind(of: path) == .folder || CorpusFile.isNamed(by: path)
  }

  /// Reads a corpus: its documents are tokens already, with a mask of their own.
  ///
  /// - Parameters:
  ///   - tokenizerPath: what turns a document into text.
  ///   - sample: the document to show, from 0.
  /// - Throws: `InputError` for what cannot be read, a tokenizer of another vocabulary, and a sample that is not there.
  package init(corpus path: String, tokenizerPath: String, sample: Int = 0) throws {
    let reader = try CorpusReader(path)
    let tokenizer = try TokenizerLoader.load(path: tokenizerPath)
    let description = reader.description
    guard tokenizer.vocabularySize <= description.vocabularySize else {
      throw InputError(
        .usage, file: path, key: "vocabulary_size", found: "\(description.vocabularySize)",
        expected: "the tokenizer's \(tokenizer.vocabularySize) at least")
    }
    guard sample < reader.documentCount else { throw Self.noSample(sample, reader.documentCount, path) }
    let store = try reader.tokenStore(includesTeacher: false)
    let document = try reader.document(sample)
    self.init(
      path: path, statistics: DatasetStatistics(store), vocabularySize: description.vocabularySize,
      usedVocabulary: Set(store.tokens).count, template: nil, features: description.features,
      sample: Sample(
        index: sample, text: tokenizer.decode(document.tokens), document.tokens, document.lossMask, tokenizer)
    )
  }

  static func noSample(_ sample: Int, _ count: Int, _ path: String) -> InputError {
    InputError(
      .usage, file: path, key: "sample", found: "found \(sample) in a file of \(count) documents",
      expected: count == 0 ? "a file with documents" : "0 to \(count - 1)")
  }

  /// The hidden states in a line; nil without any.
  var featuresLine: String? {
    features.map {
      "hidden states in \($0.storage.rawValue), \($0.hiddenSize) numbers each, of "
        + "'\(DisplayText.escaped($0.targetName))' (\($0.layerCount) layers): \(FeatureDescription.text($0.states))"
    }
  }
}
