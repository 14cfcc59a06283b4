import Glibc

extension File {
  /// Writes all of `values` as plain memory at the current position, over short writes and interruptions.
  package func write<Value: BitwiseCopyable>(_ values: Span<Value>) throws(InputError) {
    try unsafe values.withUnsafeBytes { (buffer) throws(InputError) in unsafe try writeBytes(buffer) }
  }

  /// Writes all of `values` as plain memory at the current position, over short writes and interruptions.
  package func write<Value: BitwiseCopyable>(_ values: [Value]) throws(InputError) {
    try write(values.span)
  }

  /// Writes `text` as UTF-8.
  package func write(_ text: String) throws(InputError) { try write(Array(text.utf8)) }

  private func writeBytes(_ buffer: UnsafeRawBufferPointer) throws(InputError) {
    let descriptor = descriptor
    let total = buffer.count
    var done = 0
    while done < total {
      var wanted = total - done
      let verdict = FaultInjector.current?.verdict(.write, path) ?? .proceed
      switch verdict {
      case .proceed: break
      case .half, .halfThenDie: wanted = (wanted + 1) / 2
      case .fail(EINTR): continue
      case .fail(let code): throw InputError(failed: .write, path: path, errno: code)
      }
      let count = unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + done }, wanted)
      if verdict == .halfThenDie { throw InputError(failed: .write, path: path, errno: ECANCELED) }
      if count > 0 {
        done += count
      } else if count == 0 || errno != EINTR {
        // A write of nothing without an error would otherwise be tried for ever.
        throw InputError(failed: .write, path: path, errno: count == 0 ? ENOSPC : errno)
      }
    }
  }
}
