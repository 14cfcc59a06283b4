internal import FileSystem

/// Saves checkpoints of a run and removes those that the recipe does not keep.
struct CheckpointKeeper {
  let folder: String
  let settings: CheckpointRecipe
  let notes: Checkpoint.Notes
  let observer: ObserverGroup
  /// Says how much room the disk of a folder has.
  let freeBytes: (String) throws(InputError) -> Int

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

  /// Saves, and says so only when it is on the disk; then prunes.
  @discardableResult
  func save(_ state: TrainingState, _ progress: RunProgress) throws -> Checkpoint {
    let start = ProcessFacts.monotonicNanoseconds()
    let checkpoint = try Checkpoint.save(state, progress, notes, number: progress.step, in: folder)
    observer.receive(
      .checkpointSaved(
        step: progress.step, path: checkpoint.folder,
        bytes: checkpoint.manifest.files.reduce(0) { $0 + $1.size },
        seconds: Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9))
    try DurableDirectory.prune(
      in: folder, prefix: Checkpoint.prefix, keepLast: settings.keepLast,
      alsoKeeping: settings.keepBest == 0 ? [] : progress.best.map { Checkpoint.prefix + String($0.step) })
    return checkpoint
  }
}

extension CheckpointRecipe {
  /// Checkpoints that may lie on the disk at the same time: those that are kept, and one that is being written.
  var largestCount: Int { keepLast + keepBest + 1 }
}
