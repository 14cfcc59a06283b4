internal import FileSystem

/// Saves checkpoints of a run and removes those that the recipe does not keep.
struct CheckpointKeeper {
  let folder: String
  let settings: CheckpointRecipe
  let notes: Checkpoint.Notes
  let observer: ObserverGroup

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
