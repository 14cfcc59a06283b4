internal import FileSystem

/// A corpus that a generate stage wrote into the run folder, by its manifest.
struct CorpusRecord: Sendable, Equatable {
  let name: String
  /// Nil while it is being written.
  let documents: String?
  let tokens: String?
  let files: Int
  let bytes: Int

  /// The corpora of a run, in the order of their names.
  static func all(in folder: RunFolder) throws -> [CorpusRecord] {
    guard Directory.kind(of: folder.corpora) == .folder else { return [] }
    return try Directory.list(folder.corpora).compactMap { name in
      let path = Path.joined(folder.corpora, name)
      guard Directory.kind(of: path) == .folder else { return nil }
      // Shards come one by one, and the manifest when all are there.
      guard Directory.kind(of: Path.joined(path, Manifest.fileName)) == .file else {
        let shards = try Directory.list(path).filter { !TemporaryName.isLitter($0) }
        return CorpusRecord(name: name, documents: nil, tokens: nil, files: shards.count, bytes: 0)
      }
      let manifest = try DurableDirectory.readManifest(path)
      return CorpusRecord(
        name: name, documents: manifest["documents"], tokens: manifest["tokens"], files: manifest.files.count,
        bytes: manifest.files.reduce(0) { $0 + $1.size })
    }
  }
}
