import DraftData
import FileSystem
import Testing

@Suite("Documents as tokens")
struct DocumentEncoderTests {
  private let answered = Document(
    segments: [
      .init("ab", inLoss: false, role: .user), .init("\n", inLoss: false, role: .user),
      .init("cde", inLoss: true, role: .assistant),
    ], domain: "d")

  @Test("everything is learnt but the begin of text")
  func everything() {
    let (tokens, inLoss) = DocumentEncoder(ByteTokenizer()).encode(Document(text: "ab", domain: "d"))
    #expect(tokens == [0, 97, 98, 1])
    #expect(inLoss == [false, true, true, true])
  }

  @Test("of an answered prompt the answer and the end are learnt, not the token that reaches across")
  func responses() {
    let (tokens, inLoss) = DocumentEncoder(ByteTokenizer(), scope: .responses).encode(answered)
    #expect(tokens == [0, 97, 98, 256 + 99, 100, 101, 1])
    #expect(inLoss == [false, false, false, false, true, true, true])
  }

  @Test("segments are taken one by one where tokens cannot be found in the text")
  func bySegment() {
    let encoder = DocumentEncoder(ByteTokenizer(changesText: true), scope: .responses)
    let (tokens, inLoss) = encoder.encode(answered)
    #expect(tokens == [0, 97, 98, 10, 99, 100, 101, 1])
    #expect(inLoss == [false, false, false, false, true, true, true, true])
  }

  @Test("boundaries are left out when asked for, or when the tokenizer has none")
  func boundaries() {
    let document = Document(text: "ab", domain: "d")
    let without = DocumentEncoder(ByteTokenizer(), addsBeginOfText: false, addsEndOfText: false)
    #expect(without.encode(document).tokens == [97, 98])
    #expect(DocumentEncoder(ByteTokenizer(hasBoundaries: false)).encode(document).tokens == [97, 98])
  }

  @Test("documents with nothing to learn and repeated ones are counted and left out")
  func tally() throws {
    let unanswered = Document(segments: PromptTemplate.plain.segments(prompt: "a", response: ""), domain: "d")
    let encoder = DocumentEncoder(ByteTokenizer(), scope: .responses, dropsDuplicates: true)
    let (store, tally) = try encoder.store(of: [answered, unanswered, answered])
    #expect(store.documentCount == 1)
    #expect((tally.keptCount, tally.unlearnableCount, tally.duplicateCount) == (1, 1, 1))
    #expect(throws: InputError.self) { try encoder.store(of: [unanswered]) }
    #expect(throws: InputError.self) { try encoder.store(of: []) }
  }

  @Test("statistics count documents, tokens, lengths and domains")
  func statistics() throws {
    let stories = (0..<5).map { Document(text: String(repeating: "x", count: 2 + $0), domain: "s") }
    let encoder = DocumentEncoder(ByteTokenizer(), scope: .responses)
    let (store, _) = try encoder.store(of: stories + [answered, answered])
    let statistics = DatasetStatistics(store)
    #expect(statistics.documentCount == 7 && statistics.duplicateCount == 1)
    #expect(statistics.tokenCount == 4 + 5 + 6 + 7 + 8 + 7 + 7)
    #expect(statistics.learntTokenCount == 3 + 4 + 5 + 6 + 7 + 3 + 3)
    #expect((statistics.shortest, statistics.median, statistics.longest) == (4, 7, 8))
    #expect(statistics.lengths.map(\.lowerBound) == [4, 8] && statistics.lengths.map(\.count) == [6, 1])
    #expect(statistics.domains.map(\.name) == ["s", "d"])
    #expect(statistics.domains.map(\.documentCount) == [5, 2])
    #expect(abs(statistics.maskCoverage - 31.0 / 44) < 1e-12)
    #expect(DatasetStatistics(TokenStore()).longest == 0)
  }
}
