internal import DraftData
internal import FileSystem
internal import Serving

/// `pacer generate --log`: what a server was asked and what it answered becomes a corpus.
package struct LogRequest {
  /// Pairs of request and response, or the output of a batch.
  package var path: String
  /// The input of the batch.
  package var input: String?
  /// Spelling of the token that ends a text; nil: the tokenizer's end of text.
  package var endToken: String?
  /// k, the teacher's entries per token; 0 for none.
  package var entryCount = 0
  package var misaligned = EndpointRecipe.Misaligned.keep

  /// A log to read.
  package init(path: String, input: String? = nil) { (self.path, self.input) = (path, input) }

  /// Reads the log into a corpus: one file where the path ends in `.h5`, else a folder.
  ///
  /// - Returns: how many texts it holds, and what a person should know of those that are not certain.
  /// - Throws: `InputError` naming file, line and key of what is wrong in the log; for a corpus that is there already.
  package func run(_ target: ServedTarget, corpus: String) throws -> (count: Int, notes: [String]) {
    let policy: AlignmentTally.Policy = misaligned == .keep ? .keep : .drop
    var texts = try target.texts(endToken: endToken, entryCount: entryCount, policy: policy)
    let description = try target.description(
      entryCount: entryCount, provenance: "pacer generate, from the log \(Path.name(of: path))")
    let output: any CorpusOutput
    if CorpusFile.isNamed(by: corpus) {
      output = try CorpusFile(creating: corpus, description)
    } else {
      try Directory.requireAbsent(corpus)
      output = try CorpusWriter(folder: corpus, description)
    }
    let logged = LoggedTexts(
      try ServerLog(path, input: input), target.tokenizer, vocabularySize: target.vocabularySize,
      chat: target.chat)
    try logged.forEach(&texts) { try output.append($0) }
    guard texts.tally.written > 0 else {
      throw InputError(
        .badData, file: path,
        found: "no text for a corpus: " + texts.tally.lines(policy).joined(separator: "; "),
        expected: "at least one")
    }
    try output.finish()
    return (texts.tally.written, texts.tally.lines(policy))
  }
}
