/// Folders that are either complete, verified by their manifest and on the disk, or not there at all.
///
/// The order is: temporary folder, `fsync` of every file, manifest last, `fsync` of the folder, rename, `fsync` of
/// the parent. Nothing ever writes to a file that is visible under its final name.
package enum DurableDirectory {
  /// Has `fill` write plain files into a temporary folder, then makes it `parent/name`.
  ///
  /// Returns only when all of it survives a power cut. After an error nothing stands under `name`. An existing
  /// folder of that name is an error: `discard` or `setAside` it first.
  ///
  /// - Parameters:
  ///   - facts: stored in the manifest in this order.
  ///   - fill: gets the temporary folder; writes files, no folders, and closes them.
  @discardableResult
  package static func commit(
    in parent: String, name: String, facts: [Manifest.Fact] = [], fill: (_ folder: String) throws -> Void
  ) throws -> Manifest {
    precondition(Path.isPlainName(name) && !TemporaryName.isLitter(name), "'\(name)' cannot be committed")
    let final = Path.joined(parent, name)
    if Directory.kind(of: final, followsLinks: false) != nil {
      throw InputError(.cannotCreate, file: final, found: "it exists already", expected: "a new name")
    }
    let temporary = Path.joined(parent, TemporaryName.next(for: name))
    do {
      try Directory.createNew(temporary)
      try fill(temporary)
      let manifest = Manifest(name: name, facts: facts, files: try seal(temporary))
      let file = try File(Path.joined(temporary, Manifest.fileName), .create)
      try file.write(manifest.encoded())
      try file.sync()
      try file.close()
      try Directory.sync(temporary)
      try publish(temporary, as: final, in: parent)
      return manifest
    } catch {
      // The error is already in hand; litter that cannot be removed now is cleaned at the next start.
      try? Directory.removeTree(temporary)
      throw error
    }
  }

  /// Checks every byte of a committed folder and returns its manifest.
  ///
  /// Throws what is wrong with the first file that is missing, extra, a link, of another size or of another
  /// content. No parser has to see a file before this has passed.
  ///
  /// - Parameter expectedName: the name it must have been committed under, when that matters.
  package static func verify(_ folder: String, expectedName: String? = nil) throws(InputError) -> Manifest {
    let manifest = try readManifest(folder)
    if let expectedName, manifest.name != expectedName {
      throw InputError(
        .badData, file: folder, found: "its manifest belongs to '\(DisplayText.escaped(manifest.name))'",
        expected: "'\(expectedName)'")
    }
    // Litter of a death between naming a file and dropping its temporary name takes nothing from the others.
    let present = try Directory.list(folder).filter { $0 != Manifest.fileName && !TemporaryName.isLitter($0) }
    let listed = manifest.files.map(\.name)
    for name in present where !listed.contains(name) {
      throw InputError(
        .badData, file: Path.joined(folder, name), found: "a file that its manifest does not list")
    }
    for entry in manifest.files { try verify(entry, in: folder) }
    return manifest
  }

  /// The manifest of a folder, itself checked, without looking at the other files.
  package static func readManifest(_ folder: String) throws(InputError) -> Manifest {
    let path = Path.joined(folder, Manifest.fileName)
    guard Directory.kind(of: path, followsLinks: false) == .file else {
      throw InputError(
        .badData, file: folder, found: "no \(Manifest.fileName) in it",
        expected: "a folder that was saved completely")
    }
    return try Manifest(parsing: try File.readAll(path, limit: Manifest.byteLimit), path: path)
  }

  /// Checks the size and content of one file of a committed folder.
  package static func verify(_ entry: Manifest.Entry, in folder: String) throws(InputError) {
    let path = Path.joined(folder, entry.name)
    let kind = Directory.kind(of: path, followsLinks: false)
    guard kind == .file else {
      throw InputError(
        .badData, file: path, found: kind == nil ? "missing" : "not a plain file", expected: "a file")
    }
    let size = try File(path, .readWithoutLinks).size()
    guard size == entry.size else {
      throw InputError(
        .badData, file: path, found: "\(size) bytes", expected: "\(entry.size) by its manifest")
    }
    let (digest, _) = try SHA256.hash(file: path, followsLinks: false)
    guard digest == entry.digest else {
      throw InputError(
        .badData, file: path, found: "content with SHA-256 \(digest)",
        expected: "\(entry.digest) by its manifest")
    }
  }

  /// Syncs every file of a folder and says what it holds.
  private static func seal(_ folder: String) throws(InputError) -> [Manifest.Entry] {
    var entries: [Manifest.Entry] = []
    for name in try Directory.list(folder) {
      let path = Path.joined(folder, name)
      precondition(
        Path.isPlainName(name) && name != Manifest.fileName, "'\(name)' cannot be part of a commit")
      let file = try File(path, .update)
      try file.sync()
      try file.close()
      // Hashed from the file and not from memory: a library may have rewritten its header at the end.
      let (digest, size) = try SHA256.hash(file: path, followsLinks: false)
      entries.append(Manifest.Entry(name: name, size: size, digest: digest))
    }
    return entries
  }

  /// Gives the finished folder its name, and takes it back when that name cannot be made to last.
  private static func publish(_ temporary: String, as final: String, in parent: String) throws(InputError) {
    try Directory.rename(temporary, to: final, replaces: false)
    do throws(InputError) {
      try Directory.sync(parent)
    } catch {
      try? Directory.rename(final, to: temporary, replaces: false)
      throw error
    }
  }
}
