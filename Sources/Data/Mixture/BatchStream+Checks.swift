internal import FileSystem

extension BatchStream {
  /// Sizes that can be allocated, and data of which at least one document shows a label within a sequence.
  static func check(_ settings: Settings, with mixture: Mixture) throws {
    let (rows, overflow) = settings.sequenceLength.multipliedReportingOverflow(by: settings.batchSize)
    guard settings.sequenceLength > 0, settings.batchSize > 0, !overflow, rows <= 1 << 28 else {
      throw InputError(
        .usage, key: "batch",
        found: "\(settings.batchSize) sequences of \(settings.sequenceLength) tokens",
        expected: "at least 1 of each, and at most 2^28 tokens per batch")
    }
    if let epochCount = settings.epochCount, epochCount < 1 {
      throw InputError(.usage, key: "epochs", found: "found \(epochCount)", expected: "1 or more")
    }
    guard settings.overflow != .carryOver else { return }
    for component in mixture.components {
      let store = component.store
      let isLearnable = (0..<store.documentCount).contains { document in
        store.range(of: document).dropFirst().prefix(settings.sequenceLength).contains { store.inLoss[$0] }
      }
      guard isLearnable else {
        throw InputError(
          .badData, key: "sources.\(component.name)",
          found: "no document has a token to learn within the first \(settings.sequenceLength)",
          expected: "prompts that leave room for their answers", remedy: "Use a longer sequence")
      }
    }
  }

  /// A cursor that this data and these settings could have produced.
  static func check(_ cursor: DataCursor, against start: DataCursor, mixture: Mixture) throws {
    guard cursor.dataFingerprint == start.dataFingerprint else {
      throw InputError(
        .badData, key: "data cursor", found: "the data is not what this run began with",
        expected: "the same files, tokenizer, mask and weights", remedy: "Restore them, or begin a new run")
    }
    guard cursor.settingsFingerprint == start.settingsFingerprint else {
      throw InputError(
        .usage, key: "data cursor", found: "the batch settings are not those this run began with",
        expected: "the same sequence length, batch size, seed, shuffling, epochs and overflow policy",
        remedy: "Restore them, or begin a new run")
    }
    guard cursor.drawn.count == mixture.components.count, cursor.consumed.count == cursor.drawn.count,
      (cursor.drawn + cursor.consumed + [cursor.batchCount]).allSatisfy({ $0 >= 0 && $0 < 1 << 60 })
    else {
      throw DataCursor.damaged("impossible counts", expected: "one of each per source")
    }
    guard let partial = cursor.partial else { return }
    guard mixture.components.indices.contains(partial.source) else {
      throw DataCursor.damaged("source \(partial.source)", expected: "one of the mixture's")
    }
    let store = mixture.components[partial.source].store
    guard (0..<store.documentCount).contains(partial.document),
      (0..<store.range(of: partial.document).count).contains(partial.offset)
    else {
      throw DataCursor.damaged(
        "token \(partial.offset) of document \(partial.document)", expected: "a place in the data")
    }
  }
}
