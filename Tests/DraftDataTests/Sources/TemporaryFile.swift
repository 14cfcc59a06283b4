import Foundation

/// A file that is there while `body` runs.
@discardableResult
func withFile<Result>(
  _ bytes: some Sequence<UInt8>, named name: String = "data.jsonl", _ body: (String) throws -> Result
) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "pacer-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appending(path: name)
  try Data(bytes).write(to: file)
  return try body(file.path(percentEncoded: false))
}
