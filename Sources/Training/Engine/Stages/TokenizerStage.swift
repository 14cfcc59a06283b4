internal import DraftData
internal import FileSystem

/// Trains the tokenizer of a run, once; afterwards it lies in the run folder.
struct TokenizerStage {
  private let settings: TokenizerTrainingRecipe
  private let folder: String
  private let names: [String]

  /// Marks of the beginning and the end of a text.
  static let beginOfText = "<|begin|>"
  static let endOfText = "<|end|>"

  /// - Parameter sources: the names of all data sources of the recipe, which a recipe that names none learns from.
  init(_ settings: TokenizerTrainingRecipe, run: RunFolder, sources: [String]) {
    self.settings = settings
    folder = Path.joined(run.path, "tokenizer")
    names = settings.sources.isEmpty ? sources : settings.sources
  }

  /// The tokenizer, trained from the documents of its sources if it is not there yet.
  func tokenizer(_ documents: (String) throws -> [Document]) throws -> any Tokenizer {
    // The second file is written last, so that its presence says that both are whole.
    let configuration = Path.joined(folder, "tokenizer_config.json")
    if Directory.kind(of: configuration) == nil {
      try Directory.create(folder)
      try train(documents)
      let text: JSONValue = [
        "bos_token": .string(Self.beginOfText), "eos_token": .string(Self.endOfText), "add_bos_token": true,
        "tokenizer_class": "PreTrainedTokenizerFast",
      ]
      try DurableFile.write(try text.serializedBytes(pretty: true), to: configuration)
    }
    return try TokenizerLoader.load(path: folder)
  }

  private func train(_ documents: (String) throws -> [Document]) throws {
    var trainer = try BPETrainer(
      vocabularySize: settings.vocabulary, pattern: settings.preTokenizer,
      specialTokens: [Self.beginOfText, Self.endOfText] + settings.specialTokens,
      beginOfText: Self.beginOfText)
    for name in names {
      var bytes = settings.sampleBytes / max(names.count, 1)
      for document in try documents(name) where bytes > 0 {
        trainer.add(document.text)
        bytes -= document.text.utf8.count
      }
    }
    try trainer.train().save(to: Path.joined(folder, "tokenizer.json"))
  }
}
