internal import Autodiff
package import FileSystem

/// The values of a `TrainingState` at one moment, in memory of their own: what is saved while training goes on.
package struct TrainingSnapshot: Sendable {
  /// One array, as it stands in the checkpoint.
  package struct Entry: Sendable {
    package let path: String
    package let shape: [Int]
    package fileprivate(set) var values: [Float]
  }

  /// In the order of the state.
  package private(set) var entries: [Entry]

  /// Takes memory for a state and copies it.
  package init(of state: TrainingState) {
    entries = state.entries.map { Entry(path: $0.path, shape: $0.shape, values: state.read($0)) }
  }

  /// Copies a state into the memory that is there; new memory is taken only for a state of other arrays.
  package mutating func copy(_ state: TrainingState) {
    let fits =
      entries.count == state.entries.count
      && zip(entries, state.entries).allSatisfy { $0.path == $1.path && $0.shape == $1.shape }
    guard fits else {
      // The old memory goes before new memory is taken.
      entries = []
      self = TrainingSnapshot(of: state)
      return
    }
    for (index, entry) in state.entries.enumerated() { state.read(entry, into: &entries[index].values) }
  }

  /// Memory of a snapshot.
  package static func byteCount(of state: TrainingState) -> Int {
    state.entries.reduce(0) { $0 + 4 * $1.slot.count }
  }

  /// A hash of the weights alone: names, shapes and bits. Times, paths and everything else stay out.
  package var weightsHash: SHA256Digest { hash(entries.filter(\.isWeight), "") }

  /// A hash of everything that decides how training goes on.
  package func stateHash(_ progress: RunProgress) -> SHA256Digest { hash(entries, progress.text) }

  /// The first weight that is not finite, if any: such a state is never saved.
  package var firstNonFiniteWeight: String? {
    entries.first { entry in entry.isWeight && !entry.values.allSatisfy(\.isFinite) }?.path
  }

  private func hash(_ entries: [Entry], _ prefix: String) -> SHA256Digest {
    StateHash.digest(prefix: prefix, entries.map { ($0.path, $0.shape) }) { entries[$0].values }
  }
}

extension TrainingSnapshot.Entry {
  fileprivate var isWeight: Bool { path.hasPrefix(TrainingState.modelFolder) }
}
