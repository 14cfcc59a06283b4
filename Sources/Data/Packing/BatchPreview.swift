/// One sequence of a batch as text with its mask: what is shown before training starts, so that a person sees what
/// will be learnt.
public struct BatchPreview: Sendable, Equatable {
  /// A stretch of tokens that are all learnt or all not.
  public struct Run: Sendable, Equatable {
    /// The text; special tokens by their spelling.
    public let text: String
    /// Whether the tokens are predicted.
    public let isLearnt: Bool
    /// Whether a document, or the rest of one, begins here.
    public let beginsDocument: Bool
  }

  /// The stretches in reading order, without padding.
  public let runs: [Run]
  /// Rows of the sequence that hold no document.
  public let paddingCount: Int

  /// Decodes sequence `sequence` of a batch.
  public init(_ batch: Batch, sequence: Int, tokenizer: any Tokenizer) {
    let rows = sequence * batch.sequenceLength..<(sequence + 1) * batch.sequenceLength
    var runs: [Run] = []
    var filled = 0
    for span in batch.spans where rows.contains(span.row) {
      filled += span.count
      var bytes: [UInt8] = []
      var isLearnt = false
      var beginsDocument = true
      for row in span.row..<span.row + span.count {
        let isNextLearnt = row > span.row && batch.labels[row - 1] >= 0
        if isNextLearnt != isLearnt && row > span.row {
          runs.append(
            Run(
              text: String(decoding: bytes, as: UTF8.self), isLearnt: isLearnt, beginsDocument: beginsDocument
            ))
          bytes = []
          beginsDocument = false
        }
        isLearnt = isNextLearnt
        bytes += Self.bytes(of: batch.tokens[row], isFirst: row == span.row, tokenizer)
      }
      runs.append(
        Run(text: String(decoding: bytes, as: UTF8.self), isLearnt: isLearnt, beginsDocument: beginsDocument))
    }
    self.runs = runs
    paddingCount = batch.sequenceLength - filled
  }

  private static func bytes(of id: Int32, isFirst: Bool, _ tokenizer: any Tokenizer) -> [UInt8] {
    if tokenizer.isSpecial(id), let spelling = tokenizer.token(id) { return Array(spelling.utf8) }
    return tokenizer.bytes(of: id, isFirst: isFirst)
  }
}
