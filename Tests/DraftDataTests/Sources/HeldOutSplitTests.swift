import DraftData
import FileSystem
import Testing

@Suite("Held-out splits")
struct HeldOutSplitTests {
  private let documents = (0..<2000).map { Document(text: "story \($0)", domain: "d") }

  @Test("a fraction holds out about so many, whatever the order")
  func fraction() throws {
    let split = try HeldOutSplit(fraction: 0.1)
    let (training, heldOut) = split.split(documents)
    #expect(abs(heldOut.count - 200) < 50 && training.count + heldOut.count == 2000)
    #expect(split.split(documents.reversed()).heldOut == heldOut.reversed())
    #expect(try HeldOutSplit(fraction: 0).split(documents).heldOut.isEmpty)
    #expect(try HeldOutSplit(fraction: 1).split(documents).training.isEmpty)
  }

  @Test("a count holds out exactly so many different documents, and every copy of them")
  func count() throws {
    let copies = documents + documents
    let (training, heldOut) = try HeldOutSplit(count: 64, among: copies).split(copies)
    #expect(heldOut.count == 128)
    #expect(Set(heldOut.map(\.contentHash)).count == 64)
    #expect(Set(heldOut.map(\.contentHash)).isDisjoint(with: training.map(\.contentHash)))
  }

  @Test("which documents are held out never changes: recorded")
  func recorded() throws {
    let (_, heldOut) = try HeldOutSplit(count: 3, among: documents).split(documents)
    #expect(heldOut.map(\.text) == ["story 715", "story 1078", "story 1193"])
  }

  @Test("another salt holds out others")
  func salt() throws {
    let first = try HeldOutSplit(count: 100, among: documents).split(documents).heldOut
    let second = try HeldOutSplit(count: 100, among: documents, salt: "b").split(documents).heldOut
    #expect(first.filter(second.contains).count < 30)
  }

  @Test("one question with several answers stands on one side")
  func samePrompt() throws {
    let answered = (0..<300).flatMap { question in
      (0..<3).map { answer in
        Document(
          segments: PromptTemplate.plain.segments(prompt: "q\(question)", response: "a\(answer)"), domain: "d"
        )
      }
    }
    let (training, heldOut) = try HeldOutSplit(count: 50, among: answered).split(answered)
    #expect(heldOut.count == 150)
    #expect(Set(heldOut.map(\.prompt)).isDisjoint(with: training.map(\.prompt)))
  }

  @Test("texts with one opening stand on one side when asked for")
  func openings() throws {
    let texts = (0..<400).map { Document(text: "opening \($0 / 4 + 100), then \($0)", domain: "d") }
    let split = try HeldOutSplit(fraction: 0.3, openingBytes: 11)
    let (training, heldOut) = split.split(texts)
    #expect(!heldOut.isEmpty && heldOut.count % 4 == 0)
    #expect(Set(heldOut.map { $0.text.prefix(11) }).isDisjoint(with: training.map { $0.text.prefix(11) }))
  }

  @Test("a split that leaves nothing to train on, or makes no sense, is refused")
  func refused() {
    #expect(throws: InputError.self) { try HeldOutSplit(fraction: 1.5) }
    #expect(throws: InputError.self) { try HeldOutSplit(fraction: .nan) }
    #expect(throws: InputError.self) { try HeldOutSplit(count: -1, among: documents) }
    #expect(throws: InputError.self) { try HeldOutSplit(count: 2000, among: documents) }
  }
}
