import FileSystem

/// A model as the command line names it: a folder, a file, or `model.bin:tokenizer.bin`.
struct ModelArgument {
  /// Where the weights are.
  let modelPath: String
  /// Where the tokenizer is.
  let tokenizerPath: String

  init(_ text: String) {
    // A path that exists as it stands may have a colon in its name.
    guard Directory.kind(of: text) == nil, let colon = text.lastIndex(of: ":") else {
      modelPath = text
      tokenizerPath = text
      return
    }
    modelPath = String(text[..<colon])
    tokenizerPath = String(text[text.index(after: colon)...])
  }
}
