import DraftData
import Serving
import TestSupport

/// The tokenizer that comes with Pacer: byte-level, begin 0, end 1.
enum SampleTokenizer {
  static func load() throws -> any Tokenizer {
    try TokenizerLoader.load(path: repositoryRoot + "checkpoints/nano-target")
  }

  /// An aligner for it.
  static func aligner(entryCount: Int = 2) throws -> TextAligner {
    let tokenizer = try load()
    return TextAligner(
      tokenizer, vocabularySize: tokenizer.vocabularySize, endToken: 1, endTokens: tokenizer.stopTokens,
      entryCount: entryCount)
  }
}
