internal import FileSystem

/// A folder that appears under its name when it is complete, or not at all. It holds nothing but the files of its
/// format: no manifest that its readers would wonder about.
enum ExportedFolder {
  /// Has `fill` write into a temporary folder, then makes it `path`, on the disk.
  ///
  /// - Parameters:
  ///   - force: whether a folder with nothing in it but `ownNames` may be replaced. Any other is never touched: a
  ///     mistyped path must not cost a person their files.
  static func create(
    _ path: String, force: Bool, ownNames: [String], fill: (_ temporary: String) throws -> Void
  ) throws {
    let exists = try checkPlace(path, force: force, ownNames: ownNames)
    let (parent, name) = (Path.folder(of: path), Path.name(of: path))
    let final = Path.joined(parent, name)
    let temporary = Path.joined(parent, TemporaryName.next(for: name))
    try Directory.create(parent)
    do {
      try Directory.createNew(temporary)
      try fill(temporary)
      for file in try Directory.list(temporary) {
        let file = try File(Path.joined(temporary, file), .update)
        try file.sync()
        try file.close()
      }
      try Directory.sync(temporary)
      if exists { try DurableDirectory.discard(final) }
      try Directory.rename(temporary, to: final, replaces: false)
    } catch {
      // The error is already in hand; litter that cannot be removed does no harm.
      try? Directory.removeTree(temporary)
      throw error
    }
    try Directory.sync(parent)
  }

  /// Refuses a place that is taken; says whether something stands there that may go.
  private static func checkPlace(_ path: String, force: Bool, ownNames: [String]) throws -> Bool {
    guard let kind = Directory.kind(of: path, followsLinks: false) else { return false }
    guard force, kind == .folder else {
      throw InputError(
        .cannotCreate, file: path, found: "it exists already", expected: "a new name",
        remedy: kind == .folder ? "Choose another name, or replace it with --force" : nil)
    }
    if let stranger = try Directory.list(path).first(where: { !ownNames.contains($0) }) {
      throw InputError(
        .cannotCreate, file: path, key: DisplayText.escaped(stranger),
        found: "a file that no export writes", expected: "an earlier export",
        remedy: "Choose another name, or remove the folder yourself")
    }
    return true
  }
}
