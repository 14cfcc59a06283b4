import Glibc

extension File {
  /// Reads `count` values of plain memory from byte `offset` on, over short reads.
  ///
  /// Throws `badData` when the file ends earlier, also when it shrank since its size was asked. The caller has
  /// compared `count` with `size()` before: `values` is allocated from it.
  package func read<Value: BitwiseCopyable>(
    at offset: Int, count: Int, as type: Value.Type = Value.self
  ) throws(InputError) -> [Value] {
    precondition(offset >= 0 && count >= 0, "File.read wants \(count) values at \(offset)")
    let byteCount = count * MemoryLayout<Value>.stride
    var failure: InputError?
    let values = unsafe [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(InputError) {
        let got = unsafe try readBytes(
          at: offset, into: UnsafeMutableRawBufferPointer(buffer), upTo: byteCount)
        if got < byteCount { throw endsEarly(wanting: byteCount, at: offset, got: got) }
        initialized = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }

  /// Overwrites all of `values` with what stands at byte `offset`, over short reads.
  package func read<Value: BitwiseCopyable>(
    at offset: Int, into values: inout MutableSpan<Value>
  ) throws(InputError) {
    precondition(offset >= 0, "File.read wants bytes at \(offset)")
    let byteCount = values.count * MemoryLayout<Value>.stride
    let got = try unsafe values.withUnsafeMutableBufferPointer { (buffer) throws(InputError) in
      unsafe try readBytes(at: offset, into: UnsafeMutableRawBufferPointer(buffer), upTo: byteCount)
    }
    if got < byteCount { throw endsEarly(wanting: byteCount, at: offset, got: got) }
  }

  /// Calls `body` with the file's bytes, `chunk` at a time, from the start to the end.
  package func forEachChunk(
    of chunk: Int = 1 << 20, _ body: (RawSpan) throws(InputError) -> Void
  ) throws(InputError) {
    var buffer = [UInt8](repeating: 0, count: chunk)
    var offset = 0
    while true {
      let got = try unsafe buffer.withUnsafeMutableBufferPointer { (buffer) throws(InputError) in
        unsafe try readBytes(at: offset, into: UnsafeMutableRawBufferPointer(buffer), upTo: chunk)
      }
      if got == 0 { return }
      try unsafe body(buffer.span.bytes.extracting(0..<got))
      offset += got
    }
  }

  /// The whole of a file, refused when it is longer than `limit` bytes.
  package static func readAll(_ path: String, limit: Int) throws(InputError) -> [UInt8] {
    let file = try File(path, .read)
    var bytes: [UInt8] = []
    let size = try file.size()
    if size > limit { throw tooLong(path, limit) }
    bytes.reserveCapacity(size)
    // Read to the end rather than to `size`: a file in /proc says 0, and a file may grow.
    try file.forEachChunk(of: min(max(size, 1 << 12), 1 << 20)) { (chunk) throws(InputError) in
      if bytes.count + chunk.byteCount > limit { throw tooLong(path, limit) }
      unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// The whole of a UTF-8 text file; bytes that are not UTF-8 are an error that says where.
  package static func readText(_ path: String, limit: Int) throws(InputError) -> String {
    let bytes = try readAll(path, limit: limit)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    throw InputError(.badData, file: path, found: "bytes that are not UTF-8", expected: "UTF-8 text")
  }

  private static func tooLong(_ path: String, _ limit: Int) -> InputError {
    InputError(.badData, file: path, found: "more than \(limit) bytes", expected: "at most \(limit)")
  }

  private func endsEarly(wanting count: Int, at offset: Int, got: Int) -> InputError {
    InputError(
      .badData, file: path, at: .byte(offset + got), found: "the file ends here",
      expected: "\(count) bytes from byte \(offset)")
  }

  /// Reads until `limit` bytes are there or the file ends; returns how many.
  private func readBytes(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer, upTo limit: Int
  ) throws(InputError) -> Int {
    precondition(limit <= buffer.count, "File.readBytes would overrun its buffer")
    let descriptor = descriptor
    var got = 0
    while got < limit {
      let count = try systemCall(.read, path) {
        unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + got }, limit - got, off_t(offset + got))
      }
      if count == 0 { break }
      got += count
    }
    return got
  }
}
