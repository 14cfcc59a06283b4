package import Autodiff
package import FileSystem

/// Every array that must be saved for training to go on with the same bits, and where it lives in memory.
package struct TrainingState {
  /// One array: its path in the checkpoint and its place in memory.
  package struct Entry: Sendable {
    /// `model/…`, `optimizer/…` or `average/…`.
    package let path: String
    package let shape: [Int]
    package let slot: Slot
  }

  /// In a fixed order: weights, optimizer state, averages.
  package let entries: [Entry]
  private let backend: any Backend

  /// The folder of the weights within a checkpoint.
  package static let modelFolder = "model/"

  /// Collects the state of one stage; `optimizer` and `average` are nil between stages.
  package init(
    _ store: ParameterStore, optimizer: (any Optimizer)?, average: ExponentialMovingAverage?,
    on backend: any Backend
  ) {
    self.backend = backend
    func entries(_ folder: String, _ state: [StateEntry]) -> [Entry] {
      state.map { Entry(path: folder + $0.name, shape: $0.shape.extents, slot: $0.slot) }
    }
    self.entries =
      store.parameters.map {
        Entry(path: Self.modelFolder + $0.name, shape: $0.shape.extents, slot: $0.value)
      } + entries("optimizer/", optimizer?.stateEntries ?? [])
      + entries("average/", average?.stateEntries ?? [])
  }

  /// The values of an entry.
  package func read(_ entry: Entry) -> [Float] { backend.read(entry.slot) }

  /// Copies the values of an entry into an array of the same count, without allocating.
  package func read(_ entry: Entry, into values: inout [Float]) { backend.read(entry.slot, into: &values) }

  /// Replaces the values of an entry; traps when the count differs.
  package func write(_ values: [Float], to entry: Entry) { backend.write(values, to: entry.slot) }
}

/// The hash of named arrays, the same whether they lie in memory or in a file.
package enum StateHash {
  /// SHA-256 of `prefix` and, for each array in order, its path, its shape and its little-endian bytes.
  package static func digest<Failure: Error>(
    prefix: String, _ arrays: [(path: String, shape: [Int])], values: (Int) throws(Failure) -> [Float]
  ) throws(Failure) -> SHA256Digest {
    var hash = SHA256()
    hash.update(Array((prefix + "\n").utf8))
    for (index, array) in arrays.enumerated() {
      hash.update(Array("\(array.path) \(array.shape)\n".utf8))
      hash.update(try values(index))
    }
    return hash.finalize()
  }
}
