import FileSystem
import HDF5
import TestSupport
import Testing

@Suite struct HDF5ThreadTests {
  /// A file of many arrays, read again after it was written; its hash.
  private static func roundTrip(_ path: String) throws -> SHA256Digest {
    let arrays = (0..<40).map { array in (0..<5000).map { Float($0 * (array + 1)) } }
    let file = try HDF5File(creating: path)
    for (index, values) in arrays.enumerated() {
      try file.write(values, shape: [50, 100], to: "model/layers.\(index).weight")
      // An error of one thread must not become another's.
      #expect(throws: InputError.self) { _ = try HDF5File(reading: path + "-missing") }
    }
    try file.close()
    let reader = try HDF5File(reading: path)
    for (index, values) in arrays.enumerated() {
      #expect(try reader.dataset("model/layers.\(index).weight").readAll(as: Float.self) == values)
    }
    return try SHA256.hash(file: path).digest
  }

  @Test(.enabled(if: HDF5Version.isThreadSafe))
  func threadsThatWriteAndReadAtTheSameTimeMakeTheFilesOfOneThread() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let expected = try Self.roundTrip(folder.file("alone.h5"))
    let threads = (0..<4).map { Background(SHA256Digest?.none, label: "writer \($0)") }
    for (index, thread) in threads.enumerated() {
      let path = folder.file("\(index).h5")
      thread.begin { $0 = try? Self.roundTrip(path) }
    }
    for thread in threads { #expect(thread.withValue { $0 } == expected) }
  }
}
