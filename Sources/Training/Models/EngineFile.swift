package import DraftData
package import FileSystem
internal import HDF5

/// Pacer's engine file, opened for reading.
package final class EngineFile {
  package let path: String
  package let configuration: ModelConfiguration
  package let tensors: HDF5TensorSource
  /// Bytes of all tensors as stored.
  package let weightBytes: Int
  /// The bytes of `tokenizer.json`, nil where the model has no tokenizer.
  package let tokenizerJSON: [UInt8]?

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Whether a file begins like one of HDF5.
  package static func isHDF5(_ path: String) throws(InputError) -> Bool {
    let file = try File(path, .read)
    guard try file.size() >= signature.count else { return false }
    return try file.read(at: 0, count: signature.count, as: UInt8.self) == signature
  }

  /// Opens a file and checks its head, its texts and its tokenizer against their hashes; tensors are checked by
  /// `verify`, and each chunk by HDF5 when it is read.
  ///
  /// - Throws: `InputError` for another format, a later version, an incomplete or a damaged file.
  package init(_ path: String) throws {
    let file = try HDF5File(reading: path)
    try Self.checkHead(file)
    self.path = path
    let config = try Self.text(file, EngineFormat.config)
    var configuration = try ModelConfiguration(huggingFace: try JSONNode.parse(config, file: path))
    configuration.draftVocabulary = try Self.draftVocabulary(file, configuration)
    self.configuration = configuration
    tokenizerJSON = file.contains(EngineFormat.tokenizer) ? try Self.text(file, EngineFormat.tokenizer) : nil
    tensors = try HDF5TensorSource(path, group: EngineFormat.tensors)
    var bytes = 0
    for name in tensors.names {
      let dataset = try file.dataset(EngineFormat.tensors + "/" + name)
      bytes += dataset.count * dataset.elementType.size
    }
    weightBytes = bytes
  }

  private static func checkHead(_ file: borrowing HDF5File) throws {
    let format = try file.string("format") ?? "nothing"
    guard format == EngineFormat.name else {
      throw InputError(
        .badData, file: file.path, key: "format", found: "found '\(DisplayText.escaped(format))'",
        expected: "'\(EngineFormat.name)'")
    }
    let version = try file.integer("format_version") ?? 0
    guard version == EngineFormat.version else {
      throw InputError(
        .badData, file: file.path, key: "format_version", found: "found \(version)",
        expected: "\(EngineFormat.version)",
        remedy: version > EngineFormat.version ? "It was written by a later Pacer; update this one" : nil)
    }
    guard try file.integer("complete") == 1 else {
      throw InputError(
        .badData, file: file.path, key: "complete", found: "the file was not written to its end",
        remedy: "Export the model again")
    }
  }

  /// The bytes of a text, checked against its hash.
  private static func text(_ file: borrowing HDF5File, _ name: String) throws -> [UInt8] {
    let bytes = try file.read(name, as: UInt8.self, shape: [nil])
    try check(file, name, SHA256.hash(bytes))
    return bytes
  }

  private static func draftVocabulary(
    _ file: borrowing HDF5File, _ configuration: ModelConfiguration
  ) throws -> DraftVocabulary? {
    guard file.contains(EngineFormat.targetIDs) else { return nil }
    let ids = try file.read(EngineFormat.targetIDs, as: Int32.self, shape: [nil])
    try check(file, EngineFormat.targetIDs, SHA256.hash(ids))
    guard !configuration.tiesEmbeddings else {
      throw InputError(
        .badData, file: file.path, key: EngineFormat.config,
        found: "tie_word_embeddings with a draft vocabulary",
        expected: "a head of its own")
    }
    do {
      return try DraftVocabulary(targetIDs: ids, targetSize: configuration.vocabularySize)
    } catch {
      var located = error
      (located.file, located.key) = (file.path, "draft_vocabulary/" + (error.key ?? "target_ids"))
      throw located
    }
  }

  private static func check(_ file: borrowing HDF5File, _ name: String, _ digest: SHA256Digest) throws {
    let stored = try file.string("sha256", on: name)
    guard stored == digest.description else {
      throw InputError(
        .badData, file: file.path, key: name, found: "content with SHA-256 \(digest)",
        expected: DisplayText.escaped(stored ?? "one that is recorded"))
    }
  }
}

extension EngineFile {
  /// The JSON of `generation`, `acceptance` or `provenance`, nil where there is none.
  package func json(_ name: String) throws -> JSONValue? {
    let file = try HDF5File(reading: path)
    guard file.contains(name) else { return nil }
    return try JSONValue.parse(try Self.text(file, name), file: path)
  }

  /// Every dataset in the order of its path, with the hash of what is read now.
  package func entries() throws -> [EngineFormat.Entry] {
    let file = try HDF5File(reading: path)
    return try file.datasets().map { name in
      let dataset = try file.dataset(name)
      return EngineFormat.Entry(
        path: name, type: dataset.elementType.rawValue, shape: dataset.shape, digest: try dataset.digest())
    }
  }

  /// Reads everything and compares it with the recorded hashes.
  ///
  /// - Returns: the hash of the content.
  /// - Throws: `InputError` naming the first dataset that differs.
  @discardableResult
  package func verify() throws -> SHA256Digest {
    let file = try HDF5File(reading: path)
    let entries = try entries()
    for entry in entries { try Self.check(file, entry.path, entry.digest) }
    let digest = EngineFormat.contentDigest(entries)
    guard try file.string("content_sha256") == digest.description else {
      throw InputError(
        .badData, file: path, key: "content_sha256", found: "content with SHA-256 \(digest)",
        expected: "the one that is recorded", remedy: "A dataset was added, removed, renamed or changed")
    }
    return digest
  }
}
