import Glibc

/// Holds a folder for this process until it is dropped or the process ends, however it ends.
///
/// The lock is the kernel's (an open-file-description lock), so `kill -9` frees it and nothing has to be cleaned
/// up; the text in the file only serves the message that another process prints.
package struct RunLock: ~Copyable {
  private let file: File

  /// Takes `folder/LOCK`. Throws `busy`, naming the holder, when another process (or this one) has it.
  package init(folder: String) throws(InputError) {
    let path = Path.joined(folder, "LOCK")
    if Directory.kind(of: path, followsLinks: false) == nil {
      let made = try File(path, .append)
      try made.close()
    }
    let file = try File(path, .update)
    var request = flock()
    request.l_type = Int16(F_WRLCK)
    request.l_whence = Int16(SEEK_SET)
    if unsafe fcntl(file.descriptor, Self.setOpenFileLock, &request) != 0 {
      let code = errno
      guard code == EAGAIN || code == EACCES else { throw InputError(failed: .open, path: path, errno: code) }
      throw Self.busy(folder, holder: Self.holder(path))
    }
    try file.truncate(to: 0)
    try file.write("process \(ProcessFacts.identifier) on \(ProcessFacts.hostName)\n")
    self.file = file
  }

  /// `F_OFD_SETLK`, which the Swift overlay does not import. A classic POSIX lock would be lost as soon as any
  /// descriptor of the file is closed.
  private static let setOpenFileLock: Int32 = 37
  /// `F_OFD_GETLK`
  private static let askOpenFileLock: Int32 = 36

  /// Who holds a folder at this moment: `process 12 on host`; nil when nobody does. Nothing is taken, so that nobody is
  /// refused meanwhile.
  package static func holder(of folder: String) throws(InputError) -> String? {
    let path = Path.joined(folder, "LOCK")
    guard Directory.kind(of: path) == .file else { return nil }
    let file = try File(path, .read)
    var request = flock()
    request.l_type = Int16(F_WRLCK)
    request.l_whence = Int16(SEEK_SET)
    guard unsafe fcntl(file.descriptor, askOpenFileLock, &request) == 0 else {
      throw InputError(failed: .open, path: path, errno: errno)
    }
    return request.l_type == Int16(F_UNLCK) ? nil : holder(path)
  }

  private static func holder(_ path: String) -> String {
    guard let bytes = try? File.readAll(path, limit: 4096), !bytes.isEmpty else { return "another process" }
    let line = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    return DisplayText.escaped(line)
  }

  private static func busy(_ folder: String, holder: String) -> InputError {
    InputError(
      .busy, file: folder, found: "in use by \(holder)",
      remedy: "Wait for it to finish, stop it, or choose another folder with --run")
  }
}
