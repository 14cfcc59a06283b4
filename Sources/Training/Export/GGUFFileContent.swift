internal import DraftData
internal import FileSystem
internal import Models

/// What a GGUF file consists of, whatever model it holds.
protocol GGUFFileContent {
  var keyValues: [(key: String, value: GGUFValue)] { get }
  var tensors: [GGUFTensor] { get }
  /// What llama.cpp will do differently.
  var warnings: [String] { get }
  /// Nil where the model comes without a tokenizer.
  var vocabulary: GGUFVocabulary? { get }
  /// Reads a written file back and compares it bit for bit.
  func check(_ path: String) throws
}

extension GGUFFileContent {
  /// Refuses a target for which llama.cpp would not let this model draft.
  func checkCompatibility(with target: SpeculationTarget) throws {
    guard let vocabulary else {
      throw InputError(
        .usage, file: target.name, key: "--target", found: "the drafter has no tokenizer to compare",
        expected: "a drafter with its tokenizer")
    }
    try SpeculationVocabulary(vocabulary).check(target: target.vocabulary, name: target.name)
  }
}
