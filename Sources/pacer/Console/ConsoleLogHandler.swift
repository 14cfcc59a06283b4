import Logging

/// A log for people: information as it stands, everything else behind its level, a line each on standard error.
struct ConsoleLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  /// Whether warnings and worse are yellow.
  let isColoured: Bool

  init(logLevel: Logger.Level, isColoured: Bool) {
    self.logLevel = logLevel
    self.isColoured = isColoured
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let line = event.level == .info ? "\(event.message)" : "\(event.level): \(event.message)"
    Console.writeError(isColoured && event.level >= .warning ? "\u{1B}[33m\(line)\u{1B}[0m" : line)
  }
}
