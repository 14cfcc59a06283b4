import Foundation

/// A folder that exists for the length of one test.
package struct TemporaryFolder: ~Copyable {
  package let path: String

  /// Makes an empty folder in the system's temporary place.
  ///
  /// - Parameter inMemory: prefers a file system without a disk, for tests that sync thousands of times.
  package init(inMemory: Bool = false) throws {
    let memory = "/dev/shm"
    let usesMemory = inMemory && FileManager.default.isWritableFile(atPath: memory)
    let place = usesMemory ? URL(filePath: memory) : FileManager.default.temporaryDirectory
    let url = place.appending(path: "pacer-test-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path(percentEncoded: false)
  }

  /// The path of `name` inside the folder.
  package func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
