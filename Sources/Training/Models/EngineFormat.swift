package import FileSystem

/// Names and rules of the engine file, version 1; `docs/engine-format.md` is its specification.
package enum EngineFormat {
  package static let name = "pacer-engine"
  package static let version = 1

  package static let config = "config"
  package static let tensors = "tensors"
  package static let tokenizer = "tokenizer/tokenizer.json"
  package static let targetIDs = "draft_vocabulary/target_ids"
  package static let generation = "generation"
  package static let acceptance = "acceptance"
  package static let provenance = "provenance"

  /// Objects that say how the file came about; they do not enter `content_sha256`.
  package static let commentary = [acceptance, provenance]

  /// One dataset as `content_sha256` sees it.
  package struct Entry: Sendable {
    /// Path without a leading slash.
    package let path: String
    /// `float32`, `float16`, `bfloat16`, `int32`, or `uint8` for texts.
    package let type: String
    package let shape: [Int]
    /// Of its little-endian bytes.
    package let digest: SHA256Digest

    /// All of it.
    package init(path: String, type: String, shape: [Int], digest: SHA256Digest) {
      (self.path, self.type, self.shape, self.digest) = (path, type, shape, digest)
    }
  }

  /// SHA-256 over one line `path type sizes digest` for each dataset, sorted by the bytes of its path.
  package static func contentDigest(_ entries: [Entry]) -> SHA256Digest {
    let sorted = entries.filter { !commentary.contains($0.path) }
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let lines = sorted.map { entry in
      "\(entry.path) \(entry.type) \(entry.shape.map(String.init).joined(separator: "x")) \(entry.digest)\n"
    }
    return SHA256.hash(lines.joined())
  }
}
