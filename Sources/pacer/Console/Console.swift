import DraftData
import Foundation
import Logging
import Training

/// What a person or a script reads: results on standard output, everything else on standard error.
enum Console {
  /// Writes text and a line break to standard output.
  static func write(_ text: String) {
    put(text + "\n", to: .standardOutput)
  }

  /// Writes one JSON object to standard output.
  static func write(_ value: JSONValue) throws {
    write(try value.serialized(pretty: true))
  }

  /// A log that writes to standard error what is of this level or worse.
  static func logger(_ level: Logger.Level = .info) -> Logger {
    Logger(label: "pacer") { _ in
      ConsoleLogHandler(logLevel: level, isColoured: ProgressDisplay.Style.standardError.isColoured)
    }
  }

  /// Tells a person something that is no result.
  static func note(_ text: String) { logger().info("\(text)") }

  /// Tells a person something to look at.
  static func warn(_ text: String) { logger().warning("\(text)") }

  /// Writes a line to standard error as it is.
  static func writeError(_ text: String) {
    put(text + "\n", to: .standardError)
  }

  /// Writes text to standard error as it is, line breaks and carriage returns included.
  static func noteInPlace(_ text: String) {
    put(text, to: .standardError)
  }

  /// A reader that has gone away is no reason to fail.
  private static func put(_ text: String, to handle: FileHandle) {
    try? handle.write(contentsOf: Foundation.Data(text.utf8))
  }
}
