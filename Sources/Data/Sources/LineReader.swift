internal import FileSystem

/// Reads a text file line by line, in memory for one line at a time.
///
/// Lines end in LF or CRLF; the last one may end without. A UTF-8 byte-order mark is dropped. Whether the
/// bytes are UTF-8 is for the caller to see, who may have a JSON parser that says it better.
struct LineReader: ~Copyable {
  /// One line without its end.
  struct Line {
    /// What stands in it.
    var bytes: [UInt8]
    /// From 1.
    let number: Int

    /// The text. Throws `badData` with line and column where the bytes are not UTF-8.
    func text(in file: String) throws(InputError) -> String {
      if let text = String(validating: bytes, as: UTF8.self) { return text }
      let index = UTF8Text.firstInvalidIndex(in: bytes[...]) ?? 0
      throw InputError(
        .badData, file: file, at: .line(number, column: index + 1),
        found: "byte 0x\(String(bytes[index], radix: 16)), which is not UTF-8", expected: "UTF-8 text",
        remedy: "Convert the file to UTF-8")
    }
  }

  private static let chunkSize = 1 << 20

  private let file: File
  private let size: Int
  private let lineLimit: Int
  private var buffer: [UInt8] = []
  private var position = 0
  private var offset = 0
  private var number = 0

  /// Opens a regular file; `lineLimit` is the longest line in bytes that is still taken into memory.
  init(_ path: String, lineLimit: Int = 1 << 30) throws(InputError) {
    let file = try File(path, .read)
    size = try file.size()
    self.file = file
    self.lineLimit = lineLimit
  }

  /// The next line, or nil at the end.
  ///
  /// Throws `badData` for UTF-16, NUL bytes and lines beyond the limit, and when the file changed meanwhile.
  mutating func next() throws(InputError) -> Line? {
    guard position < buffer.count || offset < size else {
      try checkUnchanged()
      return nil
    }
    number += 1
    var bytes: [UInt8] = []
    var isComplete = false
    while !isComplete {
      if position == buffer.count {
        guard offset < size else { break }
        try refill()
      }
      let end = buffer[position...].firstIndex(of: 0x0A)
      bytes.append(contentsOf: buffer[position..<(end ?? buffer.count)])
      position = end.map { $0 + 1 } ?? buffer.count
      isComplete = end != nil
      guard bytes.count <= lineLimit else {
        throw error("a line of more than \(lineLimit) bytes", expected: "line ends between records")
      }
    }
    if bytes.last == 0x0D { bytes.removeLast() }
    if number == 1 { try dropByteOrderMark(&bytes) }
    guard !bytes.contains(0) else {
      throw error("a NUL byte", expected: "UTF-8 text", remedy: "If this is UTF-16, convert it to UTF-8")
    }
    return Line(bytes: bytes, number: number)
  }

  private mutating func refill() throws(InputError) {
    buffer = try file.read(at: offset, count: min(Self.chunkSize, size - offset))
    offset += buffer.count
    position = 0
  }

  private func dropByteOrderMark(_ bytes: inout [UInt8]) throws(InputError) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard !bytes.starts(with: [0xFF, 0xFE]) && !bytes.starts(with: [0xFE, 0xFF]) else {
      throw error("UTF-16 text", expected: "UTF-8 text", remedy: "Convert the file to UTF-8")
    }
  }

  private func checkUnchanged() throws(InputError) {
    let now = try file.size()
    guard now == size else {
      throw InputError(
        .badData, file: file.path, found: "the file grew from \(size) to \(now) bytes while it was read",
        expected: "a file that nobody writes to")
    }
  }

  private func error(_ found: String, expected: String, remedy: String? = nil) -> InputError {
    InputError(
      .badData, file: file.path, at: .line(number), found: found, expected: expected, remedy: remedy)
  }
}
