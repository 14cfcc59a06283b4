package import FileSystem

/// Writes a corpus as one file that stands alone, for what fits into memory and would not be resumed.
///
/// Documents stay in memory until `finish`, which makes the whole file or none. `CorpusWriter` writes the folder
/// that a generation can go on with.
package final class CorpusFile: CorpusOutput {
  package let path: String
  package let description: CorpusDescription
  private var documents: [CorpusDocument] = []

  /// Begins a corpus; nothing is written yet.
  ///
  /// - Throws: `InputError` of code `cannotCreate` when something stands at `path` already.
  package init(creating path: String, _ description: CorpusDescription) throws(InputError) {
    try Directory.requireAbsent(path)
    (self.path, self.description) = (path, description)
  }

  /// Whether a path asks for one file rather than for a folder.
  package static func isNamed(by path: String) -> Bool { path.hasSuffix(CorpusFormat.shardSuffix) }

  /// Adds a document.
  package func append(_ document: CorpusDocument) {
    document.requireFit(description)
    documents.append(document)
  }

  /// Writes the file; returns only when it would survive a power cut.
  ///
  /// - Throws: what the disk said; `cannotCreate` when somebody else has made a file of that name since.
  package func finish() throws {
    try DurableFile.createByName(path, replaces: false) { temporary in
      try CorpusShardEncoder.write(documents, description, firstDocument: nil, to: temporary)
    }
  }
}
