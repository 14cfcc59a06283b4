import Glibc

/// An open file that closes itself; `close()` is for those who want to know whether closing worked.
///
/// Created files are new (never over an existing name, never through a symbolic link) and no descriptor is
/// inherited by a child process.
package struct File: ~Copyable {
  /// What the file is opened for.
  package enum Access: Sendable {
    /// Reading an existing regular file; symbolic links are followed (model caches are made of them).
    case read
    /// Reading an existing regular file that must not be a symbolic link.
    case readWithoutLinks
    /// Writing a file that must not exist yet.
    case create
    /// Reading and writing an existing file that must not be a symbolic link.
    case update
    /// Writing at the end of a file, made when absent.
    case append
  }

  /// As the caller gave it; messages name it.
  package let path: String
  var descriptor: Int32

  /// Opens `path`. Throws when it cannot, and for anything that is not a regular file.
  package init(_ path: String, _ access: Access) throws(InputError) {
    descriptor = try Self.open(try checkedPath(path), access)
    self.path = path
  }

  private static func open(_ path: String, _ access: Access) throws(InputError) -> Int32 {
    let operation: FileOperation = access.creates ? .create : .open
    let flags = access.flags
    let descriptor = Int32(try systemCall(operation, path) { unsafe Int(Glibc.open(path, flags, 0o644)) })
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      _ = Glibc.close(descriptor)
      let kind = facts.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
      throw InputError(.inputOutput, file: path, found: kind, expected: "a file")
    }
    return descriptor
  }

  /// Size in bytes at this moment.
  package func size() throws(InputError) -> Int {
    var facts = stat()
    let descriptor = descriptor
    try systemCall(.read, path) { unsafe Int(fstat(descriptor, &facts)) }
    return Int(facts.st_size)
  }

  /// Waits until every byte is on the disk. After a failure the file must be given up: a second `fsync` would
  /// succeed without having written anything.
  package func sync() throws(InputError) {
    let descriptor = descriptor
    try systemCall(.sync, path, repeatsWhenInterrupted: false) { Int(fsync(descriptor)) }
  }

  /// Cuts (or extends with zeros) the file to `size` bytes.
  package func truncate(to size: Int) throws(InputError) {
    let descriptor = descriptor
    try systemCall(.truncate, path) { Int(ftruncate(descriptor, size)) }
  }

  /// Closes the file and says when the system could not.
  package consuming func close() throws(InputError) {
    let closing = descriptor
    let path = path
    descriptor = -1
    // Linux frees the descriptor whatever it answers: trying again could close somebody else's file.
    let result = Glibc.close(closing)
    let code = errno
    try systemCall(.close, path, repeatsWhenInterrupted: false) {
      errno = code
      return Int(result)
    }
  }

  deinit {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
  }
}

extension File.Access {
  fileprivate var creates: Bool {
    switch self {
    case .create, .append: true
    case .read, .readWithoutLinks, .update: false
    }
  }

  /// `O_NONBLOCK` only matters for pipes and devices, where opening would otherwise wait for a partner.
  fileprivate var flags: Int32 {
    switch self {
    case .read: O_RDONLY | O_CLOEXEC | O_NONBLOCK
    case .readWithoutLinks: O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    case .create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    case .update: O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    case .append: O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    }
  }
}
