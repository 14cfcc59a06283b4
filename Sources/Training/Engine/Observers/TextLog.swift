public import FileSystem

/// `log.txt`: what the person saw, as plain lines without colour.
public final class TextLog: Observer {
  private var file: AppendOnlyFile
  private let interval: Int
  private let draftLength: Int?
  private var progress = ProgressLine()

  /// Opens or begins a log; a resumed run adds to it.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - interval: steps between two progress lines.
  ///   - draftLength: for the simulated τ; nil: none is shown.
  /// - Throws: `InputError` when the file cannot be opened.
  public init(path: String, every interval: Int, draftLength: Int?) throws(InputError) {
    file = try AppendOnlyFile(path)
    self.interval = interval
    self.draftLength = draftLength
  }

  /// Writes an event down.
  public func receive(_ event: TrainingEvent) throws(InputError) {
    if case .step(let metrics) = event {
      let line = progress.line(for: metrics, draftLength: draftLength)
      if metrics.isLogged(every: interval) { try file.append(line) }
    } else {
      for line in ProgressText.lines(for: event) { try file.append(line) }
    }
  }
}
