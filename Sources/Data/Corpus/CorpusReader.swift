package import FileSystem
import HDF5

/// Reads a corpus: a finished folder of shards, or one file that any script wrote.
package final class CorpusReader {
  package let path: String
  package let description: CorpusDescription
  let shards: [CorpusShard]
  /// The number of the first document of each shard, and the end of the last one.
  let starts: [Int]
  /// SHA-256 of the shards by their paths, as the manifest has them; empty for a single file.
  let digests: [String: SHA256Digest]

  /// Documents that are read in one go while all are visited.
  private static let batch = 256

  /// Opens a corpus and checks its structure; tokens are checked as they are read.
  ///
  /// - Parameter verifies: whether the SHA-256 of every shard is compared with the manifest first (about a second
  ///   per gigabyte); a single file carries only the checksums of its chunks.
  /// - Throws: also for a folder whose generation has not finished.
  package init(_ path: String, verifies: Bool = true) throws(InputError) {
    var shards: [CorpusShard] = []
    var digests: [String: SHA256Digest] = [:]
    if Directory.kind(of: path) == .folder {
      for entry in try Self.manifest(path, verifies: verifies).files {
        shards.append(try CorpusShard(Path.joined(path, entry.name)))
        digests[Path.joined(path, entry.name)] = entry.digest
      }
    } else {
      shards = [try CorpusShard(path)]
    }
    var starts = [0]
    for shard in shards {
      if let (key, here, there) = shard.description.difference(from: shards[0].description) {
        throw InputError(
          .badData, file: shard.path, key: key, found: DisplayText.escaped(here),
          expected: DisplayText.escaped(there) + ", as in \(Path.name(of: shards[0].path))")
      }
      if let first = shard.firstDocument, first != starts[starts.count - 1], shards.count > 1 {
        throw InputError(
          .badData, file: shard.path, key: "first_document", found: "\(first)",
          expected: "\(starts[starts.count - 1])")
      }
      starts.append(starts[starts.count - 1] + shard.documentCount)
    }
    guard let description = shards.first?.description else {
      throw InputError(.badData, file: path, found: "a corpus without shards", expected: "at least one")
    }
    (self.path, self.description, self.shards, self.starts) = (path, description, shards, starts)
    self.digests = digests
  }

  private static func manifest(_ path: String, verifies: Bool) throws(InputError) -> Manifest {
    guard CorpusWriter.isFinished(path) else {
      throw InputError(
        .badData, file: path, found: "a corpus that is not finished",
        expected: "one with a \(Manifest.fileName)",
        remedy: "Resume the run that was writing it")
    }
    return verifies ? try DurableDirectory.verify(path) : try DurableDirectory.readManifest(path)
  }

  package var documentCount: Int { starts[starts.count - 1] }
  package var tokenCount: Int { shards.reduce(0) { $0 + $1.tokenCount } }

  /// The domain names of all documents, in the order of their first appearance.
  package var domains: [String] {
    var names: [String] = []
    for name in shards.flatMap(\.domains) where !names.contains(name) { names.append(name) }
    return names
  }

  /// The length of a document in tokens, without reading it.
  package func tokenCount(of document: Int) -> Int {
    let (shard, index) = place(of: document)
    return shards[shard].offsets[index + 1] - shards[shard].offsets[index]
  }

  /// One document.
  package func document(_ number: Int) throws(InputError) -> CorpusDocument {
    let (shard, index) = place(of: number)
    return try shards[shard].documents(index..<index + 1)[0]
  }

  /// Visits all documents in order, a few hundred in memory at a time.
  package func forEach(_ body: (_ number: Int, _ document: CorpusDocument) throws -> Void) throws {
    for (shard, start) in zip(shards, starts) {
      for first in stride(from: 0, to: shard.documentCount, by: Self.batch) {
        let range = first..<min(shard.documentCount, first + Self.batch)
        for (offset, document) in try shard.documents(range).enumerated() {
          try body(start + first + offset, document)
        }
      }
    }
  }

  private func place(of document: Int) -> (shard: Int, index: Int) {
    precondition(document >= 0 && document < documentCount, "document \(document) of \(documentCount)")
    let shard = starts.shard(of: document)
    return (shard, document - starts[shard])
  }
}
