import DraftData
import FileSystem
import TestSupport
import Testing

private let golden = repositoryRoot + "Tests/Golden/gguf/mixed.gguf"

@Suite struct GGUFGoldenTests {
  @Test func everyTypeOfValueIsRead() throws {
    let file = try GGUFFile(golden)
    #expect(file.version == 3)
    #expect(file.keyValues.first?.key == "general.architecture")
    #expect(try file.required("general.architecture").string() == "llama")
    let expected: [(String, GGUFValue)] = [
      ("uint8", .uint8(.max - 1)), ("int8", .int8(.max - 1)), ("uint16", .uint16(.max - 1)),
      ("int16", .int16(.max - 1)), ("uint32", .uint32(.max - 1)), ("int32", .int32(.max - 1)),
      ("uint64", .uint64(.max - 1)), ("int64", .int64(.max - 1)), ("least_int8", .int8(.min)),
      ("least_int16", .int16(.min)), ("least_int32", .int32(.min)), ("least_int64", .int64(.min)),
      ("float32", .float32(0.1)), ("float64", .float64(0.1)), ("true", .bool(true)), ("false", .bool(false)),
      ("string", .string("Ġ▁ nüll")), ("strings", .strings(["a", "", "Ċ"])),
      ("integers", .array(.int32, [.int32(3), .int32(-1), .int32(2)])),
      ("floats", .array(.float32, [.float32(0.5), .float32(-1.5)])),
    ]
    for (key, value) in expected { #expect(file.optional("test." + key)?.value == value, "\(key)") }
    #expect(file.keyValues.count == expected.count + 1)
  }

  @Test(arguments: ["f16", "bf16", "q8_0", "q4_0", "q4_k", "q6_k"])
  func valuesAreTheUpstreamPackagesBitForBit(name: String) throws {
    let file = try GGUFFile(golden)
    let expected = try file.readAll(name + ".expected")
    #expect(try file.readAll(name).map(\.bitPattern) == expected.map(\.bitPattern))
    #expect(Set(expected).count > 50, "the test would see nothing")
    let shape = try #require(file.shape(of: name))
    let last = shape[0] - 1
    var rows: [Float] = []
    try file.read(name, rows: last..<last + 1, into: &rows)
    #expect(rows == Array(expected.suffix(shape[1])))
    try file.read(name, rows: last..<last, into: &rows)
    #expect(rows.isEmpty)
  }

  @Test func shapesAreThoseOfTheRestOfPacer() throws {
    let file = try GGUFFile(golden)
    #expect(file.shape(of: "cube") == [2, 3, 2])
    #expect(file.shape(of: "f32") == [3, 64])
    #expect(file.shape(of: "f3") == nil)
    #expect(try file.readAll("vector") == Array(file.readAll("f32").prefix(64)))
    #expect(file.names == file.names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(file.elementType(of: "q6_k") == .q6_K)
  }

  @Test func integersAreReadAsIntegersOnly() throws {
    let file = try GGUFFile(golden)
    #expect(try file.integers("i64") == [5, -7, 1 << 40])
    #expect(try file.integers("i32") == [5, -7])
    #expect(#expect(throws: InputError.self) { try file.readAll("i64") }?.found == "elements of I64")
    #expect(#expect(throws: InputError.self) { try file.integers("f32") }?.found == "elements of F32")
    #expect(#expect(throws: InputError.self) { try file.integers("absent") }?.key == "absent")
  }

  @Test func valuesOfAnotherTypeAreNotTakenForWhatIsAsked() throws {
    let file = try GGUFFile(golden)
    let number = try file.required("test.uint8")
    #expect(try number.int(in: 0...255) == 254)
    #expect(
      #expect(throws: InputError.self) { try number.int(in: 0...253) }?.expected == "an integer from 0 to 253"
    )
    #expect(throws: InputError.self) { try number.double() }
    #expect(throws: InputError.self) { try number.bool() }
    #expect(throws: InputError.self) { try number.string() }
    #expect(throws: InputError.self) { try number.strings() }
    #expect(throws: InputError.self) { try number.integers() }
    #expect(throws: InputError.self) { try file.required("test.uint64").int(in: 0...Int.max) }
    #expect(throws: InputError.self) { try file.required("test.float32").int(in: 0...1) }
    #expect(throws: InputError.self) { try file.required("test.strings").floats() }
    #expect(throws: InputError.self) { try file.required("test.strings").integers() }
    #expect(try file.required("test.floats").floats() == [0.5, -1.5])
    #expect(try file.required("test.integers").integers() == [3, -1, 2])
    #expect(#expect(throws: InputError.self) { try file.required("absent") }?.key == "absent")
  }
}
