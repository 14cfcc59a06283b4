/// Whether a run goes on, and if not, how it ended.
package enum RunState: Sendable, Equatable {
  /// A process holds the folder: `process 12 on host`.
  case running(holder: String)
  case finished
  /// On request; everything is saved.
  case stopped(step: String)
  /// It neither goes on nor says that it ended.
  case interrupted

  /// Of a run that nobody works on, by the end of its log.
  package init(_ log: LogHistory?) {
    self =
      switch log?.ending {
      case .finished: .finished
      case .stopped(let step): .stopped(step: step)
      case nil: .interrupted
      }
  }
}
