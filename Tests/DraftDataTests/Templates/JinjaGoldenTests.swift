import DraftData
import FileSystem
import TestSupport
import Testing

/// What transformers' Jinja environment prints, made by `Tests/Golden/jinja_golden.py`.
@Suite("Templates against Jinja")
struct JinjaGoldenTests {
  struct Case {
    let name: String
    let template: String
    let context: Int
    /// What Jinja prints; nil when it refuses.
    let text: String?
  }

  private static func load() throws -> (contexts: [JSONObject], cases: [Case]) {
    let path = repositoryRoot + "/Tests/Golden/jinja_golden.json"
    let node = try JSONNode.parse(try File.readAll(path, limit: 1 << 24), file: path)
    let cases = try node.required("cases").elements.map { row in
      let parts = try row.elements
      return Case(
        name: try parts[0].string, template: try parts[1].string, context: try parts[2].int,
        text: parts[3].value.stringValue)
    }
    return (try node.required("contexts").elements.map { try $0.object }, cases)
  }

  private static let clock = TemplateClock(year: 2024, month: 7, day: 26, hour: 9, minute: 5, second: 3)

  @Test("every construct, white space and random expressions print what they print in Jinja")
  func rendersAsJinja() throws {
    let (contexts, cases) = try Self.load()
    var printed = 0
    for golden in cases {
      guard let expected = golden.text else { continue }
      let text = try? JinjaTemplate(golden.template).render(contexts[golden.context], clock: Self.clock).text
      #expect(text.map { Array($0.utf8) } == Array(expected.utf8), "\(golden.name): \(golden.template)")
      printed += 1
    }
    #expect(printed > 400)
  }

  @Test("what Jinja refuses is refused with the line")
  func refusesAsJinja() throws {
    let (contexts, cases) = try Self.load()
    var refused = 0
    for golden in cases where golden.text == nil {
      let error = #expect(throws: InputError.self, "\(golden.name): \(golden.template)") {
        try JinjaTemplate(golden.template, file: "t").render(contexts[golden.context], clock: Self.clock)
      }
      #expect(error?.position != nil && error?.file == "t", "\(golden.name)")
      refused += 1
    }
    #expect(refused > 100)
  }
}
