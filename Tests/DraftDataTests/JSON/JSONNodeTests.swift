import DraftData
import FileSystem
import Testing

@Suite("JSON nodes")
struct JSONNodeTests {
  private let node = JSONNode(
    ["width": 64, "eps": 1e-5, "name": "x", "scaling": ["factor": "8", "none": nil], "layers": [1, "two"]],
    file: "config.json")

  @Test("hands out what is there")
  func accessors() throws {
    #expect(try node.required("width").int == 64)
    #expect(try node.required("width").double == 64)
    #expect(try node.required("eps").double == 1e-5)
    #expect(try node.required("name").string == "x")
    #expect(try node.optional("absent") == nil)
    #expect(try node.required("scaling").optional("none") == nil)
    #expect(try node.required("layers").elements.first?.int == 1)
    #expect(try node.members.map(\.key) == ["width", "eps", "name", "scaling", "layers"])
    #expect(try JSONNode(2.0).int == 2)
  }

  @Test("names the file, the dotted key, what was found and what was expected")
  func errors() {
    expect("config.json: scaling.factor: found the string \"8\", expected a number") {
      try node.required("scaling").required("factor").double
    }
    expect("config.json: scaling.beta: nothing, expected a value") {
      try node.required("scaling").required("beta")
    }
    expect("config.json: scaling.none: null, expected a value") {
      try node.required("scaling").required("none")
    }
    expect("config.json: layers[1]: found the string \"two\", expected a whole number") {
      try node.required("layers").elements.last?.int
    }
    expect("config.json: width: found the number 64, expected 1 to 63") {
      try node.required("width").int(in: 1...63)
    }
    expect("config.json: width: found the number 64, expected an object") {
      try node.required("width").required("x")
    }
    expect("found the number 1e+30, expected a whole number") { try JSONNode(1e30).int }
  }

  private func expect(_ message: String, _ body: () throws -> Any?) {
    do {
      _ = try body()
      Issue.record("no error, expected: \(message)")
    } catch {
      #expect((error as? InputError)?.description == message)
    }
  }
}
