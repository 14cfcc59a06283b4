package import FileSystem
internal import Randomness

/// Cuts a mixture into packed batches, epoch after epoch, each in its own order, and can go on from a cursor.
///
/// ```swift
/// var stream = try BatchStream(mixture, settings: .init(sequenceLength: 256, batchSize: 8, seed: 1))
/// var batch = stream.emptyBatch()
/// while stream.next(into: &batch) { train(on: batch) }        // endless, unless `epochCount` is set
/// ```
///
/// A batch is a function of (data, settings, place in the stream) alone. Memory: 4 bytes per document besides the
/// mixture itself; a batch allocates nothing.
public struct BatchStream: Sendable {
  /// What decides which batches come.
  public struct Settings: Sendable, Equatable {
    /// Rows per sequence, in tokens.
    public var sequenceLength: Int
    /// Sequences per batch.
    public var batchSize: Int
    /// The key of the shuffling.
    public var seed: UInt64
    /// What happens at the end of a sequence.
    public var overflow: OverflowPolicy
    /// Whether each epoch has an order of its own; otherwise documents come as they are stored.
    public var isShuffled: Bool
    /// How often each source is gone through; nil for ever.
    public var epochCount: Int?

    /// Settings; only the sizes must be given.
    public init(
      sequenceLength: Int, batchSize: Int, seed: UInt64 = 0, overflow: OverflowPolicy = .carryOver,
      isShuffled: Bool = true, epochCount: Int? = nil
    ) {
      self.sequenceLength = sequenceLength
      self.batchSize = batchSize
      self.seed = seed
      self.overflow = overflow
      self.isShuffled = isShuffled
      self.epochCount = epochCount
    }

    var fingerprint: UInt64 {
      var hash = StableHash(overflow.rawValue)
      for word in [sequenceLength, batchSize, isShuffled ? 1 : 0, epochCount ?? -1] {
        hash.combine(UInt64(bitPattern: Int64(word)))
      }
      hash.combine(seed)
      return hash.value
    }
  }

  /// The data.
  public let mixture: Mixture
  /// The settings.
  public let settings: Settings
  /// Where the stream stands: what a checkpoint stores.
  public private(set) var cursor: DataCursor
  private let philox: Philox
  private var orders: [ShuffledOrder]
  /// The epoch that each order was made for.
  private var orderEpochs: [Int]

  /// Opens the data at its beginning, or where `cursor` points.
  ///
  /// - Throws: `InputError` for sizes below 1, for data with nothing to learn within a sequence, and for a
  ///   cursor that belongs to other data or settings.
  public init(_ mixture: Mixture, settings: Settings, cursor: DataCursor? = nil) throws {
    try Self.check(settings, with: mixture)
    let start = DataCursor(
      dataFingerprint: mixture.fingerprint, settingsFingerprint: settings.fingerprint,
      sourceCount: mixture.components.count)
    if let cursor { try Self.check(cursor, against: start, mixture: mixture) }
    self.mixture = mixture
    self.settings = settings
    self.cursor = cursor ?? start
    philox = Philox(seed: settings.seed, purpose: .shuffle)
    orders = mixture.components.map { ShuffledOrder(count: $0.store.documentCount) }
    orderEpochs = [Int](repeating: -1, count: mixture.components.count)
  }

  /// A buffer of the right size for `next(into:)`.
  public func emptyBatch() -> Batch {
    var batch = Batch(
      batchSize: settings.batchSize, sequenceLength: settings.sequenceLength,
      teacherEntryCount: mixture.teacherEntryCount)
    if let source = mixture.components[0].features {
      batch.features = Batch.Features(source: source, rowCount: batch.rowCount)
    }
    return batch
  }

  /// How often a source has been gone through, counting the part of the current epoch.
  public func epochs(ofSource source: Int) -> Double {
    Double(cursor.drawn[source]) / Double(mixture.components[source].store.documentCount)
  }

  /// Fills the next batch that has anything to learn; `false` when the epochs are over. The last batch may be
  /// part padding.
  public mutating func next(into batch: inout Batch) -> Bool {
    precondition(
      batch.batchSize == settings.batchSize && batch.sequenceLength == settings.sequenceLength,
      "BatchStream.next: a batch of [\(batch.batchSize), \(batch.sequenceLength)]")
    // Every sequence begins with a new document or goes on with one, so this many batches pass each document.
    for _ in 0...mixture.documentCount + mixture.tokenCount / settings.sequenceLength {
      batch.reset()
      for sequence in 0..<settings.batchSize { fill(sequence, of: &batch) }
      if batch.filledRowCount == 0 { return false }
      cursor.batchCount += 1
      if batch.realTokenCount > 0 { return true }
    }
    return true
  }

  /// Reads the hidden states of a batch that this stream has packed, where the data has them.
  ///
  /// - Throws: `InputError` naming file and dataset of what cannot be read.
  package func readFeatures(into batch: inout Batch) throws(InputError) {
    guard mixture.hasFeatures else { return }
    try batch.readFeatures(from: mixture.components.map(\.features))
  }

  private mutating func fill(_ sequence: Int, of batch: inout Batch) {
    let length = settings.sequenceLength
    var row = sequence * length
    let end = row + length
    while row < end {
      if cursor.partial == nil { cursor.partial = drawDocument() }
      guard let part = cursor.partial else { break }
      let store = mixture.components[part.source].store
      let left = store.range(of: part.document).count - part.offset
      if settings.overflow == .startNext && left > end - row && row % length != 0 { break }
      let count = min(left, end - row)
      batch.write(
        store, document: part.document, offset: part.offset, count: count, source: part.source, row: row)
      row += count
      cursor.consumed[part.source] += count
      // The last token alone has no label and no context to give: its prediction stands in the row before.
      let goesOn = settings.overflow == .carryOver && left - count > 1
      if goesOn { cursor.partial?.offset += count } else { cursor.partial = nil }
    }
    batch.pad(from: row, to: end)
  }

  /// The next document with at least one row to learn from, from the source furthest behind its share.
  private mutating func drawDocument() -> DataCursor.Partial? {
    while let source = laggingSource() {
      let count = mixture.components[source].store.documentCount
      let (epoch, place) = cursor.drawn[source].quotientAndRemainder(dividingBy: count)
      if settings.isShuffled && orderEpochs[source] != epoch {
        orders[source].shuffle(with: philox, source: source, epoch: UInt64(epoch))
        orderEpochs[source] = epoch
      }
      cursor.drawn[source] += 1
      let document = orders[source][place]
      if mixture.components[source].store.range(of: document).count > 1 {
        return DataCursor.Partial(source: source, document: document, offset: 0)
      }
    }
    return nil
  }

  private func laggingSource() -> Int? {
    var best: (source: Int, progress: Double)?
    for source in mixture.components.indices {
      if let epochCount = settings.epochCount,
        cursor.drawn[source] / mixture.components[source].store.documentCount >= epochCount
      {
        continue
      }
      let progress = Double(cursor.consumed[source]) / mixture.components[source].weight
      if best.map({ progress < $0.progress }) ?? true { best = (source, progress) }
    }
    return best?.source
  }
}
