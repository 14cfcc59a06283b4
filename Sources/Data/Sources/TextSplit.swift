/// Where one document of a plain text file ends and the next begins.
public enum TextSplit: Sendable, Equatable {
  /// The whole file is one document.
  case wholeFile
  /// At empty lines: each paragraph is a document.
  case blankLines
  /// At a mark such as `<|endoftext|>`, wherever it stands; the mark itself is dropped.
  case separator(String)
}
