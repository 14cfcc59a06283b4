/// A log of lines that grows at its end (`metrics.jsonl`).
///
/// Each line goes out in one write. An error is thrown, never a trap: the caller decides whether a log that
/// cannot be written ends the run (it does not) or is reported (it is).
package struct AppendOnlyFile: ~Copyable {
  private let file: File

  /// Opens or makes `path`. A last line without its end, left by a process that died in a write, is cut off.
  ///
  /// - Parameter keptBytes: when a run resumes, the size the log had at its checkpoint; what stands beyond is
  ///   the work that will be done again.
  package init(_ path: String, keptBytes: Int? = nil) throws(InputError) {
    let file = try File(path, .append)
    let size = try file.size()
    let limit = min(size, max(0, keptBytes ?? size))
    let kept = limit == 0 ? 0 : try Self.endOfLastLine(path, limit)
    if kept < size { try file.truncate(to: kept) }
    self.file = file
  }

  /// Adds `line` and its end. `line` must not hold a line break.
  package func append(_ line: String) throws(InputError) {
    precondition(!line.utf8.contains(0x0A), "a log line with a line break in it")
    try file.write(line + "\n")
  }

  /// Bytes written so far; a checkpoint stores it.
  package func size() throws(InputError) -> Int { try file.size() }

  /// Waits until the lines are on the disk.
  package func sync() throws(InputError) { try file.sync() }

  private static func endOfLastLine(_ path: String, _ limit: Int) throws(InputError) -> Int {
    let reader = try File(path, .readWithoutLinks)
    var end = limit
    while end > 0 {
      let start = max(0, end - 4096)
      let bytes = try reader.read(at: start, count: end - start, as: UInt8.self)
      if let last = bytes.lastIndex(of: 0x0A) { return start + last + 1 }
      end = start
    }
    return 0
  }
}
