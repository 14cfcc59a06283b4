import Glibc

/// What can be done with folders and names.
package enum Directory {
  /// One name in a folder.
  package enum Kind: Sendable, Equatable { case file, folder, other }

  /// Makes a folder and those above it; one that is there already is fine.
  package static func create(_ path: String) throws(InputError) {
    let path = try checkedPath(path)
    if kind(of: path) == .folder { return }
    let above = Path.folder(of: path)
    if above != path && kind(of: above) == nil { try create(above) }
    do throws(InputError) {
      try createNew(path)
    } catch {
      // Somebody else may have been quicker.
      guard kind(of: path, followsLinks: true) == .folder else { throw error }
    }
  }

  /// Makes a folder that must not exist yet.
  package static func createNew(_ path: String) throws(InputError) {
    let path = try checkedPath(path)
    try systemCall(.makeDirectory, path) { unsafe Int(mkdir(path, 0o755)) }
  }

  /// Waits until the names in this folder are on the disk.
  package static func sync(_ path: String) throws(InputError) {
    let path = try checkedPath(path)
    let descriptor = Int32(
      try systemCall(.open, path) { unsafe Int(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) })
    defer { _ = Glibc.close(descriptor) }
    try systemCall(.sync, path, repeatsWhenInterrupted: false) { Int(fsync(descriptor)) }
  }

  /// The names in a folder, sorted by their bytes, without `.` and `..`.
  package static func list(_ path: String) throws(InputError) -> [String] {
    let path = try checkedPath(path)
    var stream: OpaquePointer?
    defer { if let opened = unsafe stream { unsafe closedir(opened) } }
    try systemCall(.list, path) {
      unsafe stream = opendir(path)
      return unsafe stream == nil ? -1 : 0
    }
    guard let stream = unsafe stream else { return [] }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        if errno != 0 { throw InputError(failed: .list, path: path, errno: errno) }
        break
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What stands under `path`, or nil when nothing does.
  package static func kind(of path: String, followsLinks: Bool = true) -> Kind? {
    guard !path.utf8.contains(0) else { return nil }
    var facts = stat()
    guard unsafe (followsLinks ? stat(path, &facts) : lstat(path, &facts)) == 0 else { return nil }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// Refuses a path at which something stands already, a dangling link too: what is there is never replaced.
  package static func requireAbsent(_ path: String) throws(InputError) {
    guard kind(of: path, followsLinks: false) != nil else { return }
    throw InputError(
      .cannotCreate, file: path, found: "this file exists", remedy: "Choose another name, or remove it")
  }

  /// Gives a file or folder another name on the same disk, atomically.
  ///
  /// - Parameter replaces: whether a file of that name may vanish; otherwise its presence is an error.
  package static func rename(_ old: String, to new: String, replaces: Bool) throws(InputError) {
    let old = try checkedPath(old)
    let new = try checkedPath(new)
    if replaces || kind(of: old, followsLinks: false) == .folder {
      // A folder never replaces one with anything in it: the system refuses.
      try systemCall(.rename, new) { unsafe Int(Glibc.rename(old, new)) }
    } else {
      // `link` is the call that refuses an existing name atomically.
      try systemCall(.rename, new) { unsafe Int(link(old, new)) }
      try removeFile(old)
    }
  }

  /// Removes a file or symbolic link; its absence is fine.
  package static func removeFile(_ path: String) throws(InputError) {
    let path = try checkedPath(path)
    do throws(InputError) {
      try systemCall(.remove, path) { unsafe Int(unlink(path)) }
    } catch {
      if error.code != .missing { throw error }
    }
  }

  /// Removes a folder and all in it, without following symbolic links; its absence is fine.
  package static func removeTree(_ path: String) throws(InputError) {
    switch kind(of: path, followsLinks: false) {
    case nil: return
    case .folder?:
      for name in try list(path) { try removeTree(Path.joined(path, name)) }
      try systemCall(.remove, path) { unsafe Int(rmdir(path)) }
    default: try removeFile(path)
    }
  }
}
