import Foundation

/// Reference values under `Tests/Golden`, written by the script of the same name that stands beside them.
package struct GoldenFile<Case: Decodable & Sendable>: Decodable, Sendable {
  /// The script that wrote the file.
  package let script: String
  /// What it ran on, by name: `torch`, `python`.
  package let versions: [String: String]
  /// The values.
  package let cases: [Case]

  /// Reads `Tests/Golden/<name>.json`.
  package static func load(_ name: String) throws -> GoldenFile {
    let data = try Data(contentsOf: URL(filePath: repositoryRoot + "/Tests/Golden/\(name).json"))
    return try JSONDecoder().decode(GoldenFile.self, from: data)
  }
}
