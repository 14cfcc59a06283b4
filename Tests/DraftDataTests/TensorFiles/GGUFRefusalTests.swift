import DraftData
import FileSystem
import TestSupport
import Testing

@Suite struct GGUFRefusalTests {
  @discardableResult
  private func refuse(_ content: [UInt8], _ place: Comment) throws -> InputError? {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.gguf")
    try DurableFile.write(content, to: path)
    let error = #expect(throws: InputError.self, place) { _ = try GGUFFile(path) }
    #expect(error?.code == .badData, place)
    #expect(error?.file == path, place)
    #expect(error?.description.utf8.count ?? 0 < 2000, place)
    return error
  }

  /// Two keys and two tensors, nothing wrong with them.
  private static var good: GGUFBytes {
    GGUFBytes(
      keys: [
        GGUFBytes.key("general.architecture", 8, GGUFBytes.string("llama")),
        GGUFBytes.array("a", of: 8, count: 2, GGUFBytes.string("x") + GGUFBytes.string("y")),
      ],
      tensors: [GGUFBytes.tensor("one", [4, 2]), GGUFBytes.tensor("two", [32, 2], 8, at: 32)],
      data: [UInt8](repeating: 0, count: 32 + 68))
  }

  @Test func aFileThatEndsAnywhereIsRefused() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.gguf")
    let bytes = Self.good.bytes
    try DurableFile.write(bytes, to: path)
    #expect(try GGUFFile(path).names == ["one", "two"])
    #expect(try GGUFFile(path).byteCount == 100)
    for length in 0..<bytes.count { try refuse(Array(bytes.prefix(length)), "\(length) bytes") }
  }

  @Test func aFlippedByteNeverTraps() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.gguf")
    let bytes = Self.good.bytes
    for place in bytes.indices {
      for value in [0, 0xFF, bytes[place] ^ 1, bytes[place] ^ 0x80] {
        var damaged = bytes
        damaged[place] = value
        try DurableFile.write(damaged, to: path)
        // Some flips make another good file; those that do not must be told as errors.
        do {
          let file = try GGUFFile(path)
          for name in file.names where file.elementType(of: name) != .int64 { _ = try? file.readAll(name) }
        } catch { #expect(error.file == path) }
      }
    }
  }

  @Test func headersThatAreNotGGUFAreRefused() throws {
    var file = Self.good
    file.magic = Array("GGUX".utf8)
    try refuse(file.bytes, "magic")
    for version in [UInt32(0), 1, 4, 99, UInt32(3).byteSwapped] {
      file = Self.good
      file.version = version
      #expect(try refuse(file.bytes, "version \(version)")?.key == "version")
    }
    for count in [UInt64(3), 1 << 32, 1 << 63, .max] {
      file = Self.good
      file.keyCount = count
      try refuse(file.bytes, "\(count) keys")
      file = Self.good
      file.tensorCount = count
      try refuse(file.bytes, "\(count) tensors")
    }
  }

  @Test func keysThatDoNotAddUpAreRefused() throws {
    let number = GGUFBytes.integer(UInt32(32))
    let keys: [(String, [UInt8])] = [
      ("no name", GGUFBytes.key("", 4, number)),
      ("long name", GGUFBytes.key(String(repeating: "k", count: 65_536), 4, number)),
      ("endless name", GGUFBytes.integer(UInt64.max) + number),
      ("name past the end", GGUFBytes.integer(UInt64(1 << 20))),
      (
        "name that is no UTF-8", GGUFBytes.integer(UInt64(1)) + [0xFF] + GGUFBytes.integer(UInt32(4)) + number
      ),
      ("type 13", GGUFBytes.key("k", 13, number)), ("bool of 2", GGUFBytes.key("k", 7, [2])),
      ("endless string", GGUFBytes.key("k", 8, GGUFBytes.integer(UInt64.max))),
      ("string that is no UTF-8", GGUFBytes.key("k", 8, GGUFBytes.integer(UInt64(1)) + [0xC0])),
      (
        "array of arrays",
        GGUFBytes.array("k", of: 9, count: 1, GGUFBytes.integer(UInt32(4)) + GGUFBytes.integer(UInt64(0)))
      ),
      ("array of an unknown type", GGUFBytes.array("k", of: 14, count: 1, number)),
      ("endless array", GGUFBytes.array("k", of: 0, count: .max, [])),
      ("array of 2^61 uint64", GGUFBytes.array("k", of: 10, count: 1 << 61, [])),
      ("array of strings past the end", GGUFBytes.array("k", of: 8, count: 1 << 16, [])),
      ("key twice", GGUFBytes.key("general.architecture", 4, number)),
    ]
    for (what, key) in keys {
      var file = Self.good
      file.keys.append(key)
      try refuse(file.bytes, "\(what)")
    }
  }

  @Test func alignmentsThatMakeNoSenseAreRefused() throws {
    for (type, value) in [
      (UInt32(4), GGUFBytes.integer(UInt32(0))), (4, GGUFBytes.integer(UInt32(1))),
      (4, GGUFBytes.integer(UInt32(13))), (4, GGUFBytes.integer(UInt32(1 << 31))),
      (5, GGUFBytes.integer(Int32(32))), (10, GGUFBytes.integer(UInt64(32))), (8, GGUFBytes.string("32")),
    ] {
      var file = Self.good
      file.keys.append(GGUFBytes.key("general.alignment", type, value))
      #expect(try refuse(file.bytes, "\(type) \(value)")?.key == "general.alignment")
    }
    var file = Self.good
    file.keys.append(GGUFBytes.key("general.alignment", 4, GGUFBytes.integer(UInt32(64))))
    file.alignment = 64
    #expect(try refuse(file.bytes, "an offset that is aligned to 32 only")?.key == "two")
  }

  @Test func tensorsThatDoNotAddUpAreRefused() throws {
    let tensors: [(String, [UInt8])] = [
      ("no extents", GGUFBytes.tensor("x", [])), ("five extents", GGUFBytes.tensor("x", [1, 1, 1, 1, 1])),
      ("2^32 - 1 extents", GGUFBytes.tensor("x", [1], extentCount: .max)),
      ("extent 0", GGUFBytes.tensor("x", [0])), ("extent -1", GGUFBytes.tensor("x", [.max])),
      ("overflow", GGUFBytes.tensor("x", [1 << 42 + 1, 1 << 42 + 1])),
      ("overflow of Int", GGUFBytes.tensor("x", [1 << 62, 2, 2])),
      ("larger than the file", GGUFBytes.tensor("x", [1000])),
      ("removed type", GGUFBytes.tensor("x", [32, 1], 4)), ("unknown type", GGUFBytes.tensor("x", [1], .max)),
      ("half a block", GGUFBytes.tensor("x", [16, 2], 8)),
      ("vector of blocks", GGUFBytes.tensor("x", [32], 8)),
      ("offset off the alignment", GGUFBytes.tensor("x", [1], at: 1)),
      ("offset past the end", GGUFBytes.tensor("x", [1], at: 1 << 20)),
      ("offset of 2^64 - 32", GGUFBytes.tensor("x", [1], at: .max - 31)),
      ("end past the end", GGUFBytes.tensor("x", [8], at: 96)),
      ("overlap", GGUFBytes.tensor("x", [1], at: 32)),
      ("overlap from before", GGUFBytes.tensor("x", [9], at: 0)),
      ("no name", GGUFBytes.tensor("", [1])),
      ("long name", GGUFBytes.tensor(String(repeating: "n", count: 64), [1])),
      ("name twice", GGUFBytes.tensor("one", [1], at: 96)),
    ]
    for (what, tensor) in tensors {
      var file = Self.good
      file.tensors.append(tensor)
      file.data.append(contentsOf: [UInt8](repeating: 0, count: 4))
      try refuse(file.bytes, "\(what)")
    }
    var file = Self.good
    file.tensors.append(GGUFBytes.tensor("x", [256, 1], 13, at: 128))
    #expect(try refuse(file.bytes, "Q5_K")?.found == "elements of Q5_K")
  }

  @Test func versionTwoIsReadToo() throws {
    let folder = try TemporaryFolder(inMemory: true)
    var file = Self.good
    file.version = 2
    try DurableFile.write(file.bytes, to: folder.file("a.gguf"))
    #expect(try GGUFFile(folder.file("a.gguf")).version == 2)
    #expect(try GGUFFile.isGGUF(folder.file("a.gguf")))
    try DurableFile.write([0x47], to: folder.file("b"))
    #expect(try !GGUFFile.isGGUF(folder.file("b")))
  }

  @Test func aFileThatShrinksWhileOpenIsAnError() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.gguf")
    try DurableFile.write(Self.good.bytes, to: path)
    let file = try GGUFFile(path)
    try File(path, .update).truncate(to: Self.good.bytes.count - 1)
    #expect(#expect(throws: InputError.self) { try file.readAll("two") }?.code == .badData)
  }
}
