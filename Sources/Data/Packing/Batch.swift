/// One step's worth of packed documents. Rows are batch first: row b · sequenceLength + i is token i of sequence b.
///
/// Letters: b = batch size, l = sequence length, k = teacher entries. The arrays are allocated once and rewritten.
public struct Batch: Sendable, Equatable {
  /// Where a stretch of a document lies: provenance, and what to show decoded at the start of a run.
  public struct Span: Sendable, Equatable {
    /// The source's place in the mixture.
    public let source: Int
    /// The document's place in its source.
    public let document: Int
    /// The first row in the batch.
    public let row: Int
    /// The number of rows.
    public let count: Int
    /// The first row's place in the document, in tokens; above 0 for the rest of one that was cut.
    public let documentOffset: Int
  }

  /// What the target said about each row's label.
  public struct Teacher: Sendable, Equatable {
    /// k.
    public let entryCount: Int
    /// Vocabulary ids [b · l, k]; -1 where nothing is stored or the row has no label.
    public internal(set) var indices: [Int32]
    /// Natural log-probabilities [b · l, k]; meaningless where the id is -1.
    public internal(set) var logProbabilities: [Float]
  }

  /// b.
  public let batchSize: Int
  /// l.
  public let sequenceLength: Int
  /// Token ids [b · l]; 0 in padding.
  public internal(set) var tokens: [Int32]
  /// The next token of the same document [b · l]; -1 where it is not in the loss, at a document's end, in padding.
  public internal(set) var labels: [Int32]
  /// The place within the document's stretch, from 0 [b · l]; 0 in padding.
  public internal(set) var positions: [Int32]
  /// The first row of the same stretch, counted within its own sequence [b · l]: attention in row i looks at
  /// rows firstKey … i. A padding row looks at itself alone.
  public internal(set) var firstKey: [Int32]
  /// The stored distributions, if the data has any.
  public internal(set) var teacher: Teacher?
  /// The target's hidden states, if the data has them stored.
  package internal(set) var features: Features?
  /// How many rows have a label: what a loss is divided by.
  public internal(set) var realTokenCount = 0
  /// How many rows hold a token of a document.
  public internal(set) var filledRowCount = 0
  /// Which document lies where, in row order.
  public internal(set) var spans: [Span] = []

  /// An empty batch of padding.
  public init(batchSize: Int, sequenceLength: Int, teacherEntryCount: Int = 0) {
    precondition(batchSize > 0 && sequenceLength > 0, "Batch: [\(batchSize), \(sequenceLength)]")
    self.batchSize = batchSize
    self.sequenceLength = sequenceLength
    let rows = batchSize * sequenceLength
    tokens = [Int32](repeating: 0, count: rows)
    labels = [Int32](repeating: -1, count: rows)
    positions = [Int32](repeating: 0, count: rows)
    firstKey = [Int32](repeating: 0, count: rows)
    if teacherEntryCount > 0 {
      teacher = Teacher(
        entryCount: teacherEntryCount, indices: [Int32](repeating: -1, count: rows * teacherEntryCount),
        logProbabilities: [Float](repeating: 0, count: rows * teacherEntryCount))
    }
    spans.reserveCapacity(rows)
  }

  /// b · l.
  public var rowCount: Int { tokens.count }
}
