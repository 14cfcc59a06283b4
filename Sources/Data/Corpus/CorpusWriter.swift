package import FileSystem
package import HDF5

/// Writes a corpus into a folder, shard by durable shard, so that a generation that dies goes on where the last
/// shard ended.
///
/// ```swift
/// let writer = try CorpusWriter(folder: "runs/x/corpus", description)
/// for prompt in prompts.dropFirst(writer.committedCount) { try writer.append(answer(prompt)) }
/// try writer.finish()
/// ```
/// Which documents share a shard depends on their lengths alone: a generation that was interrupted leaves the
/// same bytes as one that was not. The caller holds the `RunLock` of the run that the folder belongs to.
package final class CorpusWriter: CorpusOutput {
  package let folder: String
  package let description: CorpusDescription
  /// Documents that are safely on the disk, in the order in which they were appended.
  package private(set) var committedCount = 0
  /// Tokens that are safely on the disk.
  package private(set) var committedTokenCount = 0
  /// The number of the prompt that the last document on the disk came from; nil where there is none.
  package private(set) var committedSource: Int?
  private var shardCount = 0
  private var pending: [CorpusDocument] = []
  private var pendingTokenCount = 0
  private let shardTokenCount: Int
  private let featureCompression: HDF5Compression

  /// Opens a folder, new or with the shards of an earlier attempt, all of which are read and checked.
  ///
  /// - Parameters:
  ///   - shardTokenCount: tokens after which a shard is closed: what a crash may cost.
  ///   - featureCompression: how hidden states are packed, if there are any.
  /// - Throws: when the shards there belong to another corpus, are damaged, or the corpus is finished.
  package init(
    folder: String, _ description: CorpusDescription, shardTokenCount: Int = 1 << 16,
    featureCompression: HDF5Compression = .none
  ) throws(InputError) {
    precondition(shardTokenCount > 0, "a shard needs tokens")
    (self.folder, self.description, self.shardTokenCount) = (folder, description, shardTokenCount)
    self.featureCompression = featureCompression
    try Directory.create(folder)
    if Self.isFinished(folder) {
      throw InputError(
        .cannotCreate, file: folder, found: "a corpus that is finished", expected: "an unfinished one")
    }
    try DurableDirectory.removeLitter(in: folder)
    for name in try Directory.list(folder) where name.hasPrefix(CorpusFormat.shardPrefix) { try adopt(name) }
  }

  /// Whether the corpus in a folder is complete.
  package static func isFinished(_ folder: String) -> Bool {
    Directory.kind(of: Path.joined(folder, Manifest.fileName)) == .file
  }

  /// Documents appended so far, committed or not.
  package var documentCount: Int { committedCount + pending.count }

  /// Adds a document; commits a shard when enough have come together.
  package func append(_ document: CorpusDocument) throws {
    document.requireFit(description)
    pending.append(document)
    pendingTokenCount += document.tokens.count
    if pendingTokenCount >= shardTokenCount { try commit() }
  }

  /// Commits what is pending and writes the manifest that makes the corpus complete.
  package func finish() throws {
    if !pending.isEmpty || shardCount == 0 { try commit() }
    var entries: [Manifest.Entry] = []
    for number in 0..<shardCount {
      let name = CorpusFormat.shardName(number)
      let (digest, size) = try SHA256.hash(file: Path.joined(folder, name), followsLinks: false)
      entries.append(Manifest.Entry(name: name, size: size, digest: digest))
    }
    let facts = [Manifest.Fact("documents", "\(committedCount)"), .init("tokens", "\(committedTokenCount)")]
    let manifest = Manifest(name: Path.name(of: folder), facts: facts, files: entries)
    try DurableFile.write(manifest.encoded(), to: Path.joined(folder, Manifest.fileName), replaces: false)
  }

  private func commit() throws {
    let name = CorpusFormat.shardName(shardCount)
    try DurableFile.createByName(Path.joined(folder, name), replaces: false) { temporary in
      try CorpusShardEncoder.write(
        pending, description, firstDocument: committedCount, featureCompression: featureCompression,
        to: temporary)
    }
    shardCount += 1
    committedCount += pending.count
    committedTokenCount += pendingTokenCount
    committedSource = pending.last?.source
    pending = []
    pendingTokenCount = 0
  }

  /// Counts a shard of an earlier attempt after reading all of it.
  private func adopt(_ name: String) throws(InputError) {
    let path = Path.joined(folder, name)
    guard name == CorpusFormat.shardName(shardCount) else {
      throw InputError(
        .badData, file: path, found: "a shard out of turn", expected: CorpusFormat.shardName(shardCount),
        remedy: "Remove the folder to generate the corpus anew")
    }
    let shard = try CorpusShard(path)
    if let (key, here, there) = shard.description.difference(from: description) {
      throw InputError(
        .badData, file: path, key: key, found: DisplayText.escaped(here),
        expected: DisplayText.escaped(there),
        remedy: "This shard belongs to another corpus: choose another folder, or remove this one")
    }
    guard shard.firstDocument == committedCount else {
      throw InputError(
        .badData, file: path, key: "first_document", found: shard.firstDocument.map { "\($0)" } ?? "nothing",
        expected: "\(committedCount)")
    }
    _ = try shard.documents(0..<shard.documentCount)
    try shard.checkFeatures()
    shardCount += 1
    committedCount += shard.documentCount
    committedTokenCount += shard.tokenCount
    committedSource = shard.sources.last.flatMap { $0 < 0 ? nil : Int($0) }
  }
}
