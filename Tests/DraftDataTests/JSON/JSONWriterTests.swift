import DraftData
import FileSystem
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
  private let sample: JSONValue = [
    "z": [1, -2.5, 1e100, true, nil], "a": "q\"\\\n\t\u{1}é😀", "o": [:], "e": [], "n": ["k": 1],
  ]

  @Test("writes compactly in insertion order")
  func compact() throws {
    #expect(
      try sample.serialized()
        == #"{"z":[1,-2.5,1e+100,true,null],"a":"q\"\\\n\t\u0001é😀","o":{},"e":[],"n":{"k":1}}"#)
  }

  @Test("writes sorted and indented")
  func prettySorted() throws {
    let value: JSONValue = ["b": [1, 2], "a": [:]]
    #expect(
      try value.serialized(pretty: true, sortedKeys: true)
        == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    2\n  ]\n}")
  }

  @Test("what it writes parses back to the same value")
  func roundTrip() throws {
    for pretty in [false, true] {
      #expect(try JSONValue.parse(try sample.serializedBytes(pretty: pretty)) == sample)
    }
    for number in [0.1, -0.0, .leastNonzeroMagnitude, 1.7976931348623157e308, 1 / 3.0] {
      let parsed = try JSONValue.parse(try JSONValue.number(number).serializedBytes())
      #expect(parsed == .number(number))
    }
  }

  @Test("refuses numbers that are not finite", arguments: [Double.nan, .infinity, -.infinity])
  func nonFinite(number: Double) {
    #expect(throws: InputError.self) { try JSONValue.array([.number(number)]).serialized() }
  }
}
