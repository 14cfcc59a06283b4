import DraftData
import FileSystem
import TestSupport
import Testing

/// A file with this header, its own length in front and `data` zero bytes behind.
private func bytes(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
  let text = Array(header.utf8)
  let length = length ?? UInt64(text.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + text
    + [UInt8](repeating: 0, count: data)
}

private func tensor(_ fields: String) -> String { "{\"x\":{\(fields)}}" }

@Suite struct SafetensorsRefusalTests {
  private func refuse(_ content: [UInt8], _ place: Comment) throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.safetensors")
    try DurableFile.write(content, to: path)
    let error = #expect(throws: InputError.self, place) { _ = try SafetensorsFile(path) }
    #expect(error?.code == .badData, place)
    #expect(error?.file == path, place)
    #expect(error?.description.utf8.count ?? 0 < 2000, place)
  }

  @Test func framesThatAreNotSafetensorsAreRefused() throws {
    let frames: [[UInt8]] = [
      [], [0, 0, 0, 0, 0, 0, 0], bytes("", length: 0), bytes("{}", length: .max), bytes("{}", length: 3),
      bytes("{}", length: 100_000_001), bytes("[]"), bytes("\0\0\0"), bytes("{}\0\0"), bytes("{"),
      bytes(" {}"),
      bytes("{\"\u{FFFD}").dropLast(2) + [0xFF, 0x22], bytes("{}", data: 1), bytes("{} x"),
      bytes("{\"a\":" + String(repeating: "[", count: 100_000)),
    ]
    for (index, frame) in frames.enumerated() { try refuse(Array(frame), "frame \(index)") }
  }

  @Test(arguments: [
    "\"dtype\":\"F32\",\"shape\":[1]", "\"dtype\":\"F32\",\"data_offsets\":[0,4]",
    "\"shape\":[1],\"data_offsets\":[0,4]", "\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]",
    "\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0.0,4]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[\"0\",4]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":4",
    "\"dtype\":\"F32\",\"shape\":[4398046511105,4398046511105],\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,4]",
    "\"dtype\":\"F32\",\"shape\":[0,9223372036854775807],\"data_offsets\":[0,0]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9223372036854775807]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9223372036854775803,9223372036854775807]",
    "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1",
    "\"dtype\":\"F32\",\"dtype\":\"F32\"",
  ])
  func tensorsThatDoNotAddUpAreRefused(fields: String) throws {
    try refuse(bytes(tensor(fields), data: 4), "\(fields)")
  }

  @Test func headersThatContradictThemselvesAreRefused() throws {
    let one = "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":"
    let headers = [
      "{\"a\":{\(one)[0,4]},\"a\":{\(one)[4,8]}}", "{\"a\":{\(one)[0,4]},\"b\":{\(one)[0,4]}}",
      "{\"a\":{\(one)[4,8]}}", "{\"a\":{\(one)[0,4]}}", "{\"a\":{\(one)[0,4]},\"b\":{\(one)[2,6]}}",
      "{\"a\":{\(one)[0,4]},\"b\":{\(one)[8,12]}}", "{\"a\":1}", "{\"a\":[]}", "{\"a\":null}",
      "{\"__metadata__\":[],\"a\":{\(one)[0,4]},\"b\":{\(one)[4,8]}}",
      "{\"__metadata__\":{\"a\":1},\"a\":{\(one)[0,4]},\"b\":{\(one)[4,8]}}",
      "{\"\":{\(one)[0,4]},\"b\":{\(one)[4,8]}}", "{\"a\\u0000\":{\(one)[0,4]},\"b\":{\(one)[4,8]}}",
      "{\"a\\n\":{\(one)[0,4]},\"b\":{\(one)[4,8]}}", "{\"a\\ud800\":{\(one)[0,4]},\"b\":{\(one)[4,8]}}",
      "{\"\(String(repeating: "x", count: 1 << 20))\":{\(one)[0,4]},\"b\":{\(one)[4,8]}}",
    ]
    for (index, header) in headers.enumerated() { try refuse(bytes(header, data: 8), "header \(index)") }
  }

  @Test func namesThatLookLikePathsAreOnlyNames() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.safetensors")
    let header = "{\"../../etc/passwd\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}  "
    try DurableFile.write(bytes(header, data: 4), to: path)
    #expect(try SafetensorsFile(path).readAll("../../etc/passwd") == [0])
  }

  @Test func integersAreNotReadAsFloats() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.safetensors")
    try DurableFile.write(
      bytes(tensor("\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]"), data: 4), to: path)
    let file = try SafetensorsFile(path)
    #expect(#expect(throws: InputError.self) { try file.readAll("x") }?.key == "x")
  }

  @Test func aFileThatShrinksWhileOpenIsAnError() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.safetensors")
    try SafetensorsWriter.write(
      [.init("x", .bfloat16, shape: [8], values: .init(repeating: 1, count: 8))], to: path)
    let file = try SafetensorsFile(path)
    try File(path, .update).truncate(to: 90)
    #expect(#expect(throws: InputError.self) { try file.readAll("x") }?.code == .badData)
  }

  @Test func anIndexThatLiesOrLeavesItsFolderIsRefused() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.path
    #expect(#expect(throws: InputError.self) { _ = try SafetensorsModel(folder: path) }?.code == .missing)
    try SafetensorsWriter.write(
      [.init("x", .float32, shape: [1], values: [1])], to: folder.file("a.safetensors"))
    let maps = [
      "{\"x\":\"../a.safetensors\"}", "{\"x\":\"/etc/passwd\"}", "{\"x\":\"a.bin\"}", "{\"x\":1}", "[]",
      "{}{}",
      "{\"x\":\"b.safetensors\"}", "{\"x\":\"a.safetensors\",\"y\":\"a.safetensors\"}",
      "{\"y\":\"a.safetensors\"}", "{\"x\":\"a.safetensors\",\"x\":\"a.safetensors\"}",
      "{\"x\":\"a\\u0000.safetensors\"}",
    ]
    for map in maps {
      try DurableFile.write(
        Array("{\"weight_map\":\(map)}".utf8), to: folder.file("model.safetensors.index.json"))
      #expect(throws: InputError.self, "\(map)") { _ = try SafetensorsModel(folder: path) }
    }
    try DurableFile.write(
      Array("{\"weight_map\":{\"x\":\"a.safetensors\"}}".utf8),
      to: folder.file("model.safetensors.index.json"))
    #expect(try SafetensorsModel(folder: path).readAll("x") == [1])
  }
}
