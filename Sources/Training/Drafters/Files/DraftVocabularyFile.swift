internal import DraftData
internal import FileSystem
package import Models

/// The tokens that a drafter proposes: `draft-vocabulary.json`, beside a drafter whose layout has no place for them, and
/// in a run folder as they were chosen.
package struct DraftVocabularyFile {
  /// How it is called in its folder.
  package static let name = "draft-vocabulary.json"
  private let path: String

  package init(in folder: String) { path = Path.joined(folder, Self.name) }

  /// What it says; nil where there is none.
  ///
  /// - Throws: `InputError` for a file that is none.
  package func read(targetSize: Int) throws -> DraftVocabulary? {
    guard Directory.kind(of: path) == .file else { return nil }
    let json = try JSONValue.parse(try File.readAll(path, limit: 1 << 26), file: path)
    guard case .object(let object) = json, case .array(let values)? = object["target_ids"] else {
      throw InputError(.badData, file: path, key: "target_ids", found: "no list", expected: "token ids")
    }
    let ids = try values.map { value -> Int32 in
      guard case .integer(let id) = value, let id = Int32(exactly: id) else {
        throw InputError(.badData, file: path, key: "target_ids", found: "no token id", expected: "token ids")
      }
      return id
    }
    do {
      return try DraftVocabulary(targetIDs: ids, targetSize: targetSize)
    } catch {
      var located = error
      located.file = path
      throw located
    }
  }

  /// Writes it, durably.
  package func write(_ vocabulary: DraftVocabulary) throws {
    let json: JSONValue = ["target_ids": .array(vocabulary.targetIDs.map { .integer(Int($0)) })]
    try DurableFile.write(try json.serializedBytes(pretty: false) + [0x0A], to: path)
  }
}
