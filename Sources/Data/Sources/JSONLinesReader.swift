internal import FileSystem

/// Reads one JSON value per line.
package enum JSONLinesReader {
  /// Calls `body` with each line's value; blank lines are skipped.
  ///
  /// - Throws: `InputError` with the line's number, also for what `body` finds wrong in a value.
  package static func forEach(in path: String, _ body: (JSONNode) throws -> Void) throws {
    var lines = try LineReader(path)
    while let line = try lines.next() {
      guard !line.bytes.allSatisfy(isBlank) else { continue }
      let value = try JSONValue.parse(
        line.bytes, in: 0..<line.bytes.count, file: path, firstLine: line.number)
      do {
        try body(JSONNode(value, file: path))
      } catch var error as InputError {
        if error.file == path && error.position == nil { error.position = .line(line.number) }
        throw error
      }
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
