import Glibc

/// Files that are either wholly there under their name, on the disk, or not there at all.
package enum DurableFile {
  /// Writes `bytes` to `path`; returns only when they survive a power cut.
  ///
  /// - Parameter replaces: whether an existing file may be replaced (atomically); otherwise it is an error.
  package static func write(_ bytes: [UInt8], to path: String, replaces: Bool = true) throws(InputError) {
    do {
      try create(path, replaces: replaces) { file in try file.write(bytes) }
    } catch let error as InputError {
      throw error
    } catch { preconditionFailure("only InputError is thrown here, not \(error)") }
  }

  /// Has `fill` write a temporary file beside `path`, then syncs it, gives it its name and syncs the folder.
  package static func create(
    _ path: String, replaces: Bool = true, fill: (borrowing File) throws -> Void
  ) throws {
    try createByName(path, replaces: replaces) { temporary in
      let file = try File(temporary, .create)
      try fill(file)
      try file.close()
    }
  }

  /// As `create`, for a library that wants a name rather than a descriptor (HDF5).
  package static func createByName(
    _ path: String, replaces: Bool = true, fill: (_ temporary: String) throws -> Void
  ) throws {
    let folder = Path.folder(of: path)
    if !replaces, Directory.kind(of: path, followsLinks: false) != nil {
      throw InputError(failed: .create, path: path, errno: EEXIST)
    }
    let temporary = Path.joined(folder, TemporaryName.next(for: Path.name(of: path)))
    do {
      try fill(temporary)
      let file = try File(temporary, .update)
      try file.sync()
      try file.close()
      try Directory.rename(temporary, to: path, replaces: replaces)
    } catch {
      // Whatever went wrong is already in `error`; litter that cannot be removed is cleaned at the next start.
      try? Directory.removeFile(temporary)
      throw error
    }
    try Directory.sync(folder)
  }
}
