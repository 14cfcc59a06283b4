import DraftData
import FileSystem
import TestSupport
import Testing

@Suite("Prompt sets")
struct PromptSetTests {
  @Test(
    "the shipped prompts are 40 of each domain, all different and long enough",
    arguments: [
      "stories", "math", "code",
    ])
  func shipped(domain: String) throws {
    let set = try PromptSet.read(repositoryRoot + "/assets/prompts/\(domain).jsonl")
    #expect(set.prompts.count == 40)
    #expect(set.domains == [domain])
    #expect(Set(set.prompts.map(\.text)).count == 40)
    // The first 24 tokens are the prompt in an evaluation; a token of a small vocabulary is about four bytes.
    #expect(set.prompts.allSatisfy { $0.text.utf8.count >= 96 })
  }

  @Test("no shipped prompt is a text that the generator writes", arguments: SyntheticSource.Domain.allCases)
  func unseen(domain: SyntheticSource.Domain) throws {
    let set = try PromptSet.read(repositoryRoot + "/assets/prompts/\(domain.rawValue).jsonl")
    let openings = Set(set.prompts.map { $0.text.prefix(80) })
    let source = SyntheticSource(seed: 1, domain: domain)
    #expect((0..<5000).allSatisfy { !openings.contains(source.document(at: $0).text.prefix(80)) })
  }

  @Test("held-out documents give their prompts, or their whole text")
  func fromDocuments() {
    let set = PromptSet([
      Document(text: "story", domain: "s"),
      Document(segments: PromptTemplate.plain.segments(prompt: "q", response: "a"), domain: "m"),
    ])
    #expect(set.prompts == [.init(domain: "s", text: "story"), .init(domain: "m", text: "q\n")])
  }

  @Test("any field and a domain for all can be asked for")
  func fields() throws {
    let set = try withFile(#"{"turns": ["hello", "x"]}"#.utf8) {
      try PromptSet.read($0, field: "turns.0", domain: "chat")
    }
    #expect(set.prompts == [.init(domain: "chat", text: "hello")])
  }

  @Test(
    "bad prompts are refused with their line",
    arguments: [
      "", #"{"prompt": "x"}"#, #"{"domain": "d"}"#, #"{"domain": "d", "prompt": " "}"#,
      #"{"domain": 1, "prompt": "x"}"#,
    ])
  func refused(text: String) {
    #expect(throws: InputError.self) { try withFile(text.utf8) { try PromptSet.read($0) } }
  }
}
