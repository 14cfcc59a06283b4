public import FileSystem

/// Shows progress on a terminal, where one line is painted over and over, or as plain lines anywhere else.
public final class ProgressDisplay: Observer {
  /// How the lines look.
  public struct Style: Sendable {
    /// Whether the progress line is repainted in place.
    public var repaints: Bool
    /// Whether the names of stages and the end stand out.
    public var isColoured: Bool
    /// Columns of the terminal; a repainted line is cut to it.
    public var columns: Int

    /// A style.
    public init(repaints: Bool, isColoured: Bool, columns: Int = 120) {
      self.repaints = repaints
      self.isColoured = isColoured
      self.columns = columns
    }

    /// One plain line for each event, as for files and pipes.
    public static let plain = Style(repaints: false, isColoured: false)
  }

  private let style: Style
  private let interval: Int
  private let draftLength: Int?
  private let write: (String) -> Void
  private var progress = ProgressLine()
  private var lineIsOpen = false
  private var lastPaint = -1.0

  private static let secondsBetweenPaints = 0.1

  /// A display.
  ///
  /// - Parameters:
  ///   - interval: steps between two plain lines; a terminal sees every step.
  ///   - draftLength: for the simulated τ; nil: none is shown.
  ///   - write: takes text, with its line breaks.
  public init(style: Style, every interval: Int, draftLength: Int?, write: @escaping (String) -> Void) {
    self.style = style
    self.interval = interval
    self.draftLength = draftLength
    self.write = write
  }

  /// Shows an event; for a warning it only makes room: its words belong to the program's log.
  public func receive(_ event: TrainingEvent) throws(InputError) {
    switch event {
    case .step(let metrics): show(metrics)
    case .warning: clearLine()
    case .advanced where style.repaints:
      for line in ProgressText.lines(for: event) { paint(line) }
    default:
      for line in ProgressText.lines(for: event) { finishLine(coloured(line, for: event)) }
    }
  }

  private func show(_ metrics: StepMetrics) {
    let line = progress.line(for: metrics, draftLength: draftLength)
    guard style.repaints else {
      if metrics.isLogged(every: interval) { write(line + "\n") }
      return
    }
    let isDue = metrics.elapsedSeconds - lastPaint >= Self.secondsBetweenPaints
    guard isDue || metrics.stageStep == metrics.stageSteps else { return }
    lastPaint = metrics.elapsedSeconds
    paint(line)
    if metrics.stageStep == metrics.stageSteps { endLine() }
  }

  private func paint(_ line: String) {
    write("\r" + line.prefix(max(1, style.columns - 1)) + "\u{1B}[K")
    lineIsOpen = true
  }

  private func finishLine(_ line: String) {
    clearLine()
    write(line + "\n")
  }

  private func clearLine() {
    if lineIsOpen { write("\r\u{1B}[K") }
    lineIsOpen = false
  }

  private func endLine() {
    if lineIsOpen { write("\n") }
    lineIsOpen = false
  }

  private func coloured(_ line: String, for event: TrainingEvent) -> String {
    guard style.isColoured else { return line }
    switch event {
    case .stageStarted, .finished: return "\u{1B}[1m\(line)\u{1B}[0m"
    default: return line
    }
  }
}
