package import DraftData

/// A frozen model in memory, with all that came with it.
package struct LoadedModel {
  package let model: LanguageModel
  /// Nil where the model has none, or where the caller needs no text.
  package let tokenizer: (any Tokenizer)?
  /// What the model was loaded from.
  package let files: ModelFiles

  /// As the caller gave it.
  package var path: String { files.path }
  /// Bytes of all tensors as stored.
  package var weightBytes: Int { files.weightBytes }
}
