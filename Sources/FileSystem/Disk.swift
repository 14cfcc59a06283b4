import Glibc

/// How much room there is.
package enum Disk {
  /// The bytes an ordinary user may still write on the disk that holds `path` (which must exist).
  package static func freeBytes(at path: String) throws(InputError) -> Int {
    let path = try checkedPath(path)
    var facts = statvfs()
    try systemCall(.read, path) { unsafe Int(statvfs(path, &facts)) }
    let (bytes, overflow) = Int(clamping: facts.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: facts.f_frsize))
    return overflow ? Int.max : bytes
  }

  /// Refuses when the disk of `folder` has less than `bytes` free.
  ///
  /// - Parameter freeBytes: says how many those are; tests have their own.
  package static func require(
    _ bytes: Int, at folder: String, for purpose: String,
    freeBytes: (String) throws(InputError) -> Int = Disk.freeBytes(at:)
  ) throws(InputError) {
    let free = try freeBytes(folder)
    if free < bytes {
      throw InputError(
        .inputOutput, file: folder, found: "\(free) bytes free on this disk",
        expected: "\(bytes) bytes for \(purpose)", remedy: "Make room or choose another folder")
    }
  }

  /// As `freeBytes`, asked of the folder while an error is being described: never throws, never counted.
  static func freeBytesIfKnown(at path: String) -> Int? {
    var facts = statvfs()
    guard unsafe statvfs(Path.folder(of: path), &facts) == 0 else { return nil }
    return Int(exactly: facts.f_bavail.multipliedReportingOverflow(by: facts.f_frsize).partialValue)
  }
}
