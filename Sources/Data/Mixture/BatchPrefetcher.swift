internal import FileSystem

/// Packs the batches of the next step on a thread of its own while the current step computes.
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

    mutating func fill() {
      guard !isFilled else { return }
      for index in batches.indices where isComplete { isComplete = stream.next(into: &batches[index]) }
      isFilled = true
    }
  }

  private let ahead: Background<Ahead>
  /// Where the data stands after the batches that were taken: what a checkpoint stores.
  package private(set) var cursor: DataCursor

  /// A prefetcher that has packed nothing yet.
  package init(_ stream: BatchStream, batchesPerStep: Int) {
    cursor = stream.cursor
    let batches = (0..<batchesPerStep).map { _ in stream.emptyBatch() }
    ahead = Background(Ahead(stream: stream, batches: batches), label: "pacer.batches")
  }

  /// Begins to pack the next step's batches and returns at once.
  package func begin() { ahead.begin { $0.fill() } }

  /// The first batch of the next step, without using it up.
  package func preview() -> Batch {
    ahead.withValue { ahead in
      ahead.fill()
      return ahead.batches[0]
    }
  }

  /// Exchanges batches that have been used for the next step's, waiting for what is left of the packing.
  ///
  /// - Parameter batches: as many as there are in a step, of the stream's size; their memory is packed next.
  /// - Returns: `false` when the data ended before the last of them.
  package func take(replacing batches: inout [Batch]) -> Bool {
    let (isComplete, cursor) = ahead.withValue { ahead in
      precondition(batches.count == ahead.batches.count, "\(batches.count) batches are no step's")
      ahead.fill()
      swap(&batches, &ahead.batches)
      ahead.isFilled = false
      return (ahead.isComplete, ahead.stream.cursor)
    }
    self.cursor = cursor
    return isComplete
  }
}
