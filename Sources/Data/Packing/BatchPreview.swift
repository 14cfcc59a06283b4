/// The beginning of a batch as text with its mask: what is shown before training starts, so that a person sees what
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

    /// A stretch.
    public init(_ text: String, isLearnt: Bool, beginsDocument: Bool = false) {
      self.text = text
      self.isLearnt = isLearnt
      self.beginsDocument = beginsDocument
    }
  }

  /// The stretches in reading order, without padding.
  public let runs: [Run]
  /// Tokens of the whole batch.
  public let tokenCount: Int
  /// Of these, how many count in the loss.
  public let learntTokenCount: Int

  /// A preview of these stretches.
  public init(runs: [Run], tokenCount: Int, learntTokenCount: Int) {
    self.runs = runs
    self.tokenCount = tokenCount
    self.learntTokenCount = learntTokenCount
  }

  /// Decodes sequence `sequence` of a batch.
  ///
  /// - Parameter rowLimit: rows of the sequence that are shown at most.
  public init(_ batch: Batch, sequence: Int, rowLimit: Int = .max, tokenizer: any Tokenizer) {
    let first = sequence * batch.sequenceLength
    let rows = first..<first + min(batch.sequenceLength, rowLimit)
    let runs = batch.spans.filter { rows.contains($0.row) }.flatMap { span in
      Self.runs(batch, span.row..<min(span.row + span.count, rows.upperBound), tokenizer)
    }
    self.init(runs: runs, tokenCount: batch.filledRowCount, learntTokenCount: batch.realTokenCount)
  }

  /// The stretches of one document.
  private static func runs(_ batch: Batch, _ rows: Range<Int>, _ tokenizer: any Tokenizer) -> [Run] {
    var runs: [Run] = []
    var bytes: [UInt8] = []
    var isLearnt = false
    func end() {
      runs.append(
        Run(String(decoding: bytes, as: UTF8.self), isLearnt: isLearnt, beginsDocument: runs.isEmpty))
      bytes = []
    }
    for row in rows {
      // Row i predicts token i + 1, so that a token is learnt when the row before it has a label.
      let isNextLearnt = row > rows.lowerBound && batch.labels[row - 1] >= 0
      if isNextLearnt != isLearnt, row > rows.lowerBound { end() }
      isLearnt = isNextLearnt
      bytes += tokenizer.shownBytes(of: batch.tokens[row], isFirst: row == rows.lowerBound)
    }
    end()
    return runs
  }
}
