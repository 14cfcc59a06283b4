import FileSystem
import Foundation
import Glibc
import HDF5
import TestSupport
import Testing

@Suite struct HDF5RoundTripTests {
  private func roundTrip<Value: HDF5Element & Equatable>(
    _ values: [Value], as type: HDF5ElementType = Value.elementType, shape: [Int],
    _ compression: HDF5Compression
  ) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    let file = try HDF5File(creating: path)
    try file.write(values, as: type, shape: shape, to: "group/x.weight", compression: compression)
    try file.close()
    let reader = try HDF5File(reading: path)
    let dataset = try reader.dataset("group/x.weight")
    #expect(dataset.elementType == type)
    #expect(dataset.shape == shape)
    #expect(try dataset.readAll(as: Value.self) == values)
  }

  @Test(arguments: [HDF5Compression.none, .deflate(level: 4)])
  func everyElementTypeComesBack(compression: HDF5Compression) throws {
    try roundTrip([1.5, -0.0, .infinity, .leastNonzeroMagnitude] as [Float], shape: [2, 2], compression)
    try roundTrip([1.5, -2] as [Double], shape: [2], compression)
    try roundTrip([-128, 127] as [Int8], shape: [2], compression)
    try roundTrip([0, 255] as [UInt8], shape: [1, 2], compression)
    try roundTrip([0, 65535] as [UInt16], shape: [2, 1], compression)
    try roundTrip([.min, .max] as [Int32], shape: [2], compression)
    try roundTrip([.min, .max] as [UInt32], shape: [2], compression)
    try roundTrip([.min, .max] as [Int64], shape: [2], compression)
    try roundTrip([.min, .max] as [UInt64], shape: [2], compression)
    try roundTrip([0x3C00, 0x7E01] as [UInt16], as: .float16, shape: [2], compression)
    try roundTrip([0x3F80, 0x7FC1] as [UInt16], as: .bfloat16, shape: [2], compression)
  }

  @Test(arguments: [[0], [0, 5], [5, 0], [1], [7, 3, 2], [1, 300_000], [70_001, 3]])
  func everyShapeComesBack(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    try roundTrip((0..<count).map { Float($0) }, shape: shape, .none)
  }

  @Test func rowsAreWrittenAndReadInPieces() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    let (rows, size) = (1000, 333)
    let file = try HDF5File(creating: path)
    let target = try file.createDataset("x", .float32, shape: [rows, size])
    for start in stride(from: 0, to: rows, by: 77) {
      let range = start..<min(rows, start + 77)
      try target.write(rows: range, from: range.flatMap { row in (0..<size).map { Float(row * size + $0) } })
    }
    try file.close()
    let reader = try HDF5File(reading: path)
    let source = try reader.dataset("x")
    var values: [Float] = []
    for start in stride(from: 0, to: rows, by: 91) {
      let range = start..<min(rows, start + 91)
      try source.read(rows: range, into: &values)
      #expect(values == (range.lowerBound * size..<range.upperBound * size).map { Float($0) })
    }
    try source.read(rows: 5..<5, into: &values)
    #expect(values.isEmpty)
  }

  @Test func equalContentGivesEqualBytes() throws {
    let folder = try TemporaryFolder(inMemory: true)
    for name in ["a.h5", "b.h5"] {
      let file = try HDF5File(creating: folder.file(name))
      for index in 0..<20 { try file.write((0..<100).map { Float($0) }, to: "model/layer.\(index)/weight") }
      try file.setAttribute("version", 1)
      try file.writeText("seed: 1", to: "recipe")
      try file.close()
      if name == "a.h5" { sleepUntilTheNextSecond() }
    }
    let limit = 1 << 24
    #expect(
      try File.readAll(folder.file("a.h5"), limit: limit) == File.readAll(folder.file("b.h5"), limit: limit))
  }

  /// A time stamp in the file would have a resolution of one second.
  private func sleepUntilTheNextSecond() {
    let now = ProcessFacts.wallSeconds()
    while ProcessFacts.wallSeconds().rounded(.down) == now.rounded(.down) {}
  }

  @Test func attributesTextsAndListsComeBack() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    let long = String(repeating: "naïve text\n", count: 20_000)
    let file = try HDF5File(creating: path)
    try file.createGroup("meta")
    try file.setAttribute("name", "größe", on: "meta")
    try file.setAttribute("empty", "")
    try file.setAttribute("step", -3)
    try file.setAttribute("tau", 2.75)
    try file.writeText(long, to: "meta/recipe")
    try file.writeText("", to: "meta/nothing")
    try file.writeStrings(["math", "", "größe"], to: "domains")
    try file.writeStrings([], to: "none")
    try file.close()
    let reader = try HDF5File(reading: path)
    #expect(try reader.string("name", on: "meta") == "größe")
    #expect(try reader.string("empty") == "")
    #expect(try reader.integer("step") == -3)
    #expect(try reader.double("tau") == 2.75)
    #expect(try reader.string("absent") == nil)
    #expect(try reader.readText("meta/recipe") == long)
    #expect(try reader.readText("meta/nothing") == "")
    #expect(try reader.readStrings("domains") == ["math", "", "größe"])
    #expect(try reader.readStrings("none") == [])
  }

  @Test func namesAreListedInByteOrder() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    let file = try HDF5File(creating: path)
    for name in ["b/y", "b/x", "a.1", "a-1", "Z"] { try file.write([Int32(1)], to: name) }
    try file.createGroup("empty/inner")
    try file.close()
    let reader = try HDF5File(reading: path)
    #expect(try reader.list().map(\.name) == ["Z", "a-1", "a.1", "b", "empty"])
    #expect(try reader.list("b").map(\.name) == ["x", "y"])
    #expect(try reader.list("b").map(\.kind) == [.dataset, .dataset])
    #expect(try reader.datasets() == ["Z", "a-1", "a.1", "b/x", "b/y"])
    let (present, absent) = (reader.contains("b/x"), reader.contains("b/z"))
    #expect(present && !absent)
  }

  @Test func aLockThatOutlivedItsWriterDoesNotKeepTheFileFromBeingRead() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    let file = try HDF5File(creating: path)
    try file.write([Float(1)], to: "x")
    try file.close()
    // What a child process holds that was started while the library had the file open.
    let holder = try FileHandle(forReadingFrom: URL(filePath: path))
    let lock: (Int32, Int32) -> Int32 = flock
    #expect(lock(holder.fileDescriptor, LOCK_EX) == 0)
    #expect(try HDF5File(reading: path).read("x", as: Float.self) == [1])
  }
}
