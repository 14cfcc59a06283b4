import Glibc

extension InputError {
  /// A system call that failed: `cannot write: No space left on device (errno 28), 0 bytes free`.
  package init(failed operation: FileOperation, path: String, errno code: Int32) {
    var found = "cannot \(operation.rawValue): \(Self.text(errno: code)) (errno \(code))"
    var remedy: String?
    switch code {
    case ENOSPC, EDQUOT:
      if let free = Disk.freeBytesIfKnown(at: path) { found += ", \(free) bytes free" }
      remedy = "Make room on that disk or choose another folder"
    case EACCES, EPERM, EROFS: remedy = "Check the permissions of that folder"
    case ELOOP: remedy = "A symbolic link is not accepted here"
    default: break
    }
    self.init(Self.code(of: operation, errno: code), file: path, found: found, remedy: remedy)
  }

  /// What the C library says about an `errno`.
  package static func text(errno code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }

  private static func code(of operation: FileOperation, errno code: Int32) -> Code {
    switch (operation, code) {
    case (_, ENOENT), (.open, ENOTDIR): .missing
    case (_, EEXIST), (.rename, ENOTEMPTY): .cannotCreate
    case (.create, EACCES), (.create, EROFS), (.create, EPERM), (.create, EISDIR), (.create, ENOTDIR):
      .cannotCreate
    case (.makeDirectory, EACCES), (.makeDirectory, EROFS), (.makeDirectory, ENOTDIR): .cannotCreate
    case (_, EMFILE), (_, ENFILE), (_, ENOMEM): .system
    default: .inputOutput
    }
  }
}
