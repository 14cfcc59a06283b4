internal import FileSystem

/// Saves checkpoints of a run and removes those that the recipe does not keep. Works on any thread, one call at a time.
struct CheckpointKeeper: Sendable {
  let folder: String
  let settings: CheckpointRecipe
  let notes: Checkpoint.Notes
  /// Says how much room the disk of a folder has.
  let freeBytes: @Sendable (String) throws(InputError) -> Int

  /// A save that is on the disk.
  struct Saved: Sendable {
    let checkpoint: Checkpoint
    /// From the copying of the snapshot to the commit.
    let seconds: Double
    /// What became of the checkpoints that are no longer kept.
    let pruning: Result<Void, any Error>
  }

  /// Refuses to begin what would end with a full disk: the checkpoints that are kept, and the one that is written
  /// before an old one goes, must fit. Those that are there already count as room.
  ///
  /// - Parameter saves: how many are to come; fewer than the recipe keeps need less.
  /// - Throws: `InputError` (io) with the bytes that are free and needed.
  func requireRoom(for state: TrainingState, saves: Int) throws(InputError) {
    let wanted = min(settings.largestCount, max(saves, 1))
    let present = try Directory.list(folder).filter { $0.hasPrefix(Checkpoint.prefix) }.count
    let missing = max(wanted - present, 1)
    let size = Checkpoint.byteCount(of: state)
    try Disk.require(
      missing * size, at: folder, for: "\(missing) checkpoint\(missing == 1 ? "" : "s") of \(size) bytes",
      freeBytes: freeBytes)
  }

  /// Saves; prunes only once that is on the disk.
  ///
  /// - Parameter start: when the save began, in monotonic nanoseconds.
  func save(_ snapshot: TrainingSnapshot, _ progress: RunProgress, since start: UInt64) throws -> Saved {
    let checkpoint = try Checkpoint.save(snapshot, progress, notes, number: progress.step, in: folder)
    let seconds = Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9
    let pruning = Result<Void, any Error> {
      try DurableDirectory.prune(
        in: folder, prefix: Checkpoint.prefix, keepLast: settings.keepLast,
        alsoKeeping: settings.keepBest == 0 ? [] : progress.best.map { Checkpoint.prefix + String($0.step) })
    }
    return Saved(checkpoint: checkpoint, seconds: seconds, pruning: pruning)
  }
}

extension CheckpointRecipe {
  /// Checkpoints that may lie on the disk at the same time: those that are kept, and one that is being written.
  var largestCount: Int { keepLast + keepBest + 1 }
}
