internal import DraftData
internal import FileSystem

/// A file of text or a corpus, as the tokens that would be learnt from it.
struct LearningText {
  /// What stands between two documents of a plain text file.
  private static let separator = "<|endoftext|>"
  /// A corpus (folder or HDF5 file), or documents in a file that `DocumentFile` reads.
  let path: String

  /// - Parameters:
  ///   - includesTeacher: whether a corpus's stored distributions are wanted.
  ///   - scope: whether prompts are learnt too; a corpus knows that itself.
  ///   - tokenizer: asked for where there is text only.
  func store(
    includesTeacher: Bool, scope: LossScope, tokenizer: () throws -> any Tokenizer
  ) throws -> TokenStore {
    if Directory.kind(of: path) == .folder || CorpusFile.isNamed(by: path) || path.hasSuffix(".hdf5") {
      return try CorpusReader(path).tokenStore(includesTeacher: includesTeacher)
    }
    let file = DocumentFile(path, domain: "text", textSplit: .separator(Self.separator))
    return try DocumentEncoder(try tokenizer(), scope: scope).store(of: try file.documents()).store
  }
}
