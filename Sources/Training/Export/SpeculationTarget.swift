package import DraftData
internal import FileSystem
internal import Models

/// The model that a drafter is to draft for, as far as an engine compares the two.
package struct SpeculationTarget: Sendable {
  /// Its path, for messages.
  package let name: String
  package let vocabulary: SpeculationVocabulary

  /// A target whose vocabulary is known.
  package init(name: String, vocabulary: SpeculationVocabulary) {
    (self.name, self.vocabulary) = (name, vocabulary)
  }

  /// Reads the tokenizer of a model: a GGUF file of whatever architecture, or any model that Pacer opens.
  ///
  /// - Throws: `InputError` when nothing is there, when it is damaged, or when it has no tokenizer.
  package init(path: String) throws {
    name = path
    if Directory.kind(of: path) == .file, try GGUFFile.isGGUF(path) {
      vocabulary = try SpeculationVocabulary(gguf: path)
      return
    }
    let files = try ModelLoader.open(path: path)
    guard let tokenizer = try files.tokenizer() else {
      throw InputError(
        .usage, file: path, key: "--target", found: "no tokenizer to compare",
        expected: "a target with its tokenizer")
    }
    vocabulary = SpeculationVocabulary(
      try GGUFVocabulary(tokenizer, size: files.configuration.vocabularySize))
  }
}
