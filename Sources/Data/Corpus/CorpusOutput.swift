/// Somewhere that documents are written to: a folder of shards or one file.
package protocol CorpusOutput: AnyObject {
  /// Adds a document; traps on one that does not fit the description.
  func append(_ document: CorpusDocument) throws
  /// Makes the corpus complete, and readable from now on.
  func finish() throws
}
