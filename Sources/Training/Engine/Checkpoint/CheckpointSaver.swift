internal import FileSystem
internal import HDF5

/// Saves while training goes on: a snapshot is copied between two steps, and a thread of its own writes, verifies and
/// commits it while the next steps run.
///
/// One save is in flight at most; a second one waits for the first. What became of a save is told, to observers or by
/// throwing, at the next call of `report`, `save` or `finish`: never from the other thread, and never lost.
final class CheckpointSaver {
  /// What the background works on. The memory of the snapshot stays between saves.
  private struct Work: Sendable {
    var snapshot: TrainingSnapshot?
    var outcome: Result<CheckpointKeeper.Saved, any Error>?

    mutating func copy(_ state: TrainingState) {
      if snapshot == nil { snapshot = TrainingSnapshot(of: state) } else { snapshot?.copy(state) }
    }

    mutating func save(_ keeper: CheckpointKeeper, _ progress: RunProgress, since start: UInt64) {
      guard let snapshot else { preconditionFailure("a save without a snapshot") }
      outcome = Result { try keeper.save(snapshot, progress, since: start) }
    }
  }

  private let keeper: CheckpointKeeper
  private let observer: ObserverGroup
  private let work = Background(Work(), label: "pacer.checkpoints")
  private var waitedNanoseconds: UInt64 = 0

  /// A saver that holds no memory yet.
  init(_ keeper: CheckpointKeeper, observer: ObserverGroup) {
    self.keeper = keeper
    self.observer = observer
  }

  /// Takes the memory that saves of this state will need, after making sure that the disk has room for them.
  ///
  /// - Parameter saves: how many are to come.
  /// - Throws: `InputError` (io) with the bytes that are free and needed.
  func prepare(for state: TrainingState, saves: Int) throws {
    try keeper.requireRoom(for: state, saves: saves)
    work.withValue { $0.copy(state) }
  }

  /// Begins a save of this moment, waiting first for one that is in flight.
  ///
  /// - Throws: what made the save before this one fail; nothing is saved then.
  func save(_ state: TrainingState, _ progress: RunProgress) throws {
    try finish()
    let start = ProcessFacts.monotonicNanoseconds()
    work.withValue { $0.copy(state) }
    work.begin { [keeper] in $0.save(keeper, progress, since: start) }
    // Then nobody else may be in the library meanwhile.
    if !HDF5Version.isThreadSafe { work.wait() }
    waitedNanoseconds += ProcessFacts.monotonicNanoseconds() - start
  }

  /// Tells of a save that has come to its end since the last call; does not wait for one that has not.
  ///
  /// - Throws: what made it fail.
  func report() throws {
    if !work.isBusy { try finish() }
  }

  /// Waits until the save in flight, if any, is on the disk, and tells of it.
  ///
  /// - Throws: what made it fail.
  func finish() throws {
    let start = ProcessFacts.monotonicNanoseconds()
    let outcome = work.withValue { work in
      defer { work.outcome = nil }
      return work.outcome
    }
    waitedNanoseconds += ProcessFacts.monotonicNanoseconds() - start
    guard let saved = try outcome?.get() else { return }
    observer.receive(
      .checkpointSaved(
        step: saved.checkpoint.progress.step, path: saved.checkpoint.folder,
        bytes: saved.checkpoint.manifest.files.reduce(0) { $0 + $1.size }, seconds: saved.seconds))
    try saved.pruning.get()
  }

  /// Gives the memory of the snapshot back; the next save takes it anew.
  func release() { work.withValue { $0.snapshot = nil } }

  /// Seconds spent on copying snapshots and on waiting for saves since this was last asked.
  func takeWaitedSeconds() -> Double {
    defer { waitedNanoseconds = 0 }
    return Double(waitedNanoseconds) * 1e-9
  }
}
