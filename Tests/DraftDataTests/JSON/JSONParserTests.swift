import DraftData
import FileSystem
import Testing

private func parse(_ text: String) throws -> JSONValue {
  try JSONValue.parse(Array(text.utf8), file: "x.json")
}

private func failure(_ bytes: [UInt8]) -> InputError? {
  do {
    _ = try JSONValue.parse(bytes, file: "x.json")
    return nil
  } catch {
    return error as? InputError
  }
}

@Suite("JSON parser")
struct JSONParserTests {
  @Test("reads every kind of value and keeps the order of members")
  func everyKind() throws {
    let value = try parse(
      " {\"b\": [1, -2, 2.5, 1e3, -0], \"a\": null, \"t\": true, \"f\": false, \"s\": \"x\", \"o\": {}, \"e\": []} \n"
    )
    #expect(value.objectValue?.keys == ["b", "a", "t", "f", "s", "o", "e"])
    #expect(value["b"] == [1, -2, 2.5, 1000.0, .number(-0.0)])
    #expect(value["a"] == .null && value["t"] == true && value["f"] == false)
    #expect(value["s"] == "x" && value["o"] == [:] && value["e"] == [])
    #expect(value["missing"] == nil)
  }

  @Test("keeps integers of 64 bits exactly and reads larger ones as doubles")
  func integers() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("-9223372036854775807") == .integer(-.max))
    #expect(try parse("1000000000000000019884624838656") == .number(1e30))
    #expect(try parse("123456789.25") == .number(123_456_789.25))
    #expect(try parse("5e-324") == .number(.leastNonzeroMagnitude))
  }

  @Test("decodes escapes, surrogate pairs and raw UTF-8")
  func strings() throws {
    #expect(
      try parse(#""a\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00é😀""#)
        == .string("a\"\\/\u{8}\u{c}\n\r\tA\u{e9}😀é😀"))
    #expect(try parse(#""\u0000""#) == .string("\0"))
  }

  @Test(
    "refuses what RFC 8259 refuses",
    arguments: [
      "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[1 2]", "01", "-", "1.", ".5", "1e",
      "+1",
      "NaN", "Infinity", "tru", "nulll", "1 2", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\t\"", "'a'",
      "{\"a\":1}}", "[1]]", "/* */ 1", "\"\\", "\"\\u", "{\"a\"", "{\"a\":",
    ])
  func malformed(text: String) {
    #expect(failure(Array(text.utf8))?.code == .badData, "\(text)")
  }

  @Test("refuses keys written twice, in small and in large objects")
  func duplicateKeys() {
    let message = failure(Array("{\"a\":1,\n \"b\":2, \"a\":3}".utf8))
    #expect(
      message?.description.contains("x.json:2:9: the key \"a\" for the second time at byte 16") == true)
    let many = (0..<100).map { "\"k\($0)\":1" }.joined(separator: ",")
    #expect(failure(Array("{\(many)}".utf8)) == nil)
    #expect(failure(Array("{\(many),\"k50\":1}".utf8))?.found.contains("k50") == true)
  }

  @Test("tells keys apart that differ only in normalisation")
  func canonicalEquivalence() throws {
    let value = try parse("{\"\u{e9}\": 1, \"e\u{301}\": 2}")
    #expect(value["\u{e9}"] == 1)
    #expect(value["e\u{301}"] == 2)
  }

  @Test(
    "refuses lone surrogates", arguments: [#""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\u0041""#])
  func loneSurrogates(text: String) {
    #expect(failure(Array(text.utf8))?.found.contains("surrogate") == true)
  }

  @Test(
    "refuses invalid UTF-8 and says at which byte",
    arguments: [
      [0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
      [0x80], [0xF5, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    for prefix in ["ab", "a\\n"] {
      let text = [0x22] + Array(prefix.utf8) + bytes + [0x22]
      #expect(failure(text)?.found.hasSuffix("at byte \(1 + prefix.utf8.count)") == true, "\(bytes)")
    }
    #expect(failure([0xEF, 0xBB, 0xBF, 0x31])?.found.contains("byte-order mark") == true)
    #expect(failure([0xFF, 0xFE, 0x31, 0x00]) != nil)
  }

  @Test("allows 512 levels of nesting and refuses 513")
  func depth() throws {
    let deepest = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(throws: Never.self) { try parse(deepest) }
    #expect(failure(Array(("[" + deepest + "]").utf8))?.found.contains("deeper than 512") == true)
    #expect(failure(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) != nil)
    #expect(failure(Array(String(repeating: "{\"a\":", count: 100_000).utf8)) != nil)
  }

  @Test("refuses numbers beyond a double and reads a million digits in linear time")
  func hugeNumbers() {
    #expect(failure(Array("1e400".utf8))?.found.contains("out of range") == true)
    #expect(failure(Array(repeating: UInt8(ascii: "9"), count: 1_000_000)) != nil)
  }

  @Test("parses a line inside a larger buffer and counts lines from where it is told")
  func ranges() throws {
    let text = Array("{\"a\": 1}\n{\"a\": }\n".utf8)
    #expect(try JSONValue.parse(text, in: 0..<8) == ["a": 1])
    do {
      _ = try JSONValue.parse(text, in: 9..<16, file: "x.jsonl", firstLine: 2)
      Issue.record("the second line is malformed")
    } catch let error as InputError {
      #expect(error.description == "x.jsonl:2:7: '}' at byte 15, expected a JSON value")
    }
  }

  @Test("survives every cut and every flipped byte of a document")
  func mutations() throws {
    let text = Array(#"{"k\n":[1,-2.5e3,"\ud83d\ude00é",true,{"n":null}],"z":[]}"#.utf8)
    for cut in 0..<text.count { #expect(failure(Array(text[..<cut])) != nil) }
    for index in text.indices {
      for byte in UInt8.min...UInt8.max {
        var mutated = text
        mutated[index] = byte
        if let error = failure(mutated) { #expect(error.code == .badData) }
      }
    }
  }
}
