package import FileSystem
internal import HDF5

/// Packs the batches of the next step, and reads their hidden states where those are stored, on a thread of its own while
/// the current step computes.
///
/// The batches are those of the stream, in its order. `cursor` is where the stream stood after the batches that were
/// taken, however far packing is ahead. Memory: the batches of one more step; nothing is allocated from step to step.
package final class BatchPrefetcher {
  /// What the background works on.
  private struct Ahead: Sendable {
    var stream: BatchStream
    var batches: [Batch]
    /// Whether `batches` are packed and have not been taken.
    var isFilled = false
    /// Whether the data sufficed for all of them.
    var isComplete = true
    /// What kept hidden states from being read.
    var failure: InputError?

    mutating func fill() {
      guard !isFilled else { return }
      isFilled = true
      for index in batches.indices where isComplete {
        isComplete = stream.next(into: &batches[index])
        do throws(InputError) { try stream.readFeatures(into: &batches[index]) } catch {
          return failure = error
        }
      }
    }

    /// Fills the batches if nobody has; throws what went wrong then.
    mutating func requireFilled() throws(InputError) {
      fill()
      if let failure { throw failure }
    }
  }

  private let ahead: Background<Ahead>
  /// Files are read in the background only if others may use the library that reads them at the same time.
  private let isAllowedAhead: Bool
  /// Where the data stands after the batches that were taken: what a checkpoint stores.
  package private(set) var cursor: DataCursor

  /// A prefetcher that has packed nothing yet.
  package init(_ stream: BatchStream, batchesPerStep: Int) {
    cursor = stream.cursor
    isAllowedAhead = !stream.mixture.hasFeatures || HDF5Version.isThreadSafe
    let batches = (0..<batchesPerStep).map { _ in stream.emptyBatch() }
    ahead = Background(Ahead(stream: stream, batches: batches), label: "pacer.batches")
  }

  /// Begins to pack the next step's batches and returns at once.
  package func begin() { if isAllowedAhead { ahead.begin { $0.fill() } } }

  /// The first batch of the next step, without using it up.
  ///
  /// - Throws: `InputError` for hidden states that cannot be read.
  package func preview() throws(InputError) -> Batch {
    try ahead.withValue { (ahead) throws(InputError) in
      try ahead.requireFilled()
      return ahead.batches[0]
    }
  }

  /// Exchanges batches that have been used for the next step's, waiting for what is left of the packing.
  ///
  /// - Parameter batches: as many as there are in a step, of the stream's size; their memory is packed next.
  /// - Returns: `false` when the data ended before the last of them.
  /// - Throws: `InputError` for hidden states that cannot be read; nothing is exchanged then.
  package func take(replacing batches: inout [Batch]) throws(InputError) -> Bool {
    let (isComplete, cursor) = try ahead.withValue { (ahead) throws(InputError) in
      precondition(batches.count == ahead.batches.count, "\(batches.count) batches are no step's")
      try ahead.requireFilled()
      swap(&batches, &ahead.batches)
      ahead.isFilled = false
      return (ahead.isComplete, ahead.stream.cursor)
    }
    self.cursor = cursor
    return isComplete
  }
}
