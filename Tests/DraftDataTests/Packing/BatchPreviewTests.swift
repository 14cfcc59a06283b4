import DraftData
import Testing

@Suite("Previews of batches")
struct BatchPreviewTests {
  @Test("a sequence is shown as stretches of text that are learnt or not")
  func runs() throws {
    let answered = Document(
      segments: [.init("ab", inLoss: false, role: .user), .init("cd", inLoss: true, role: .assistant)],
      domain: "d")
    let encoder = DocumentEncoder(
      ByteTokenizer(), scope: .responses, addsBeginOfText: false, addsEndOfText: false)
    let (store, _) = try encoder.store(of: [answered, Document(text: "xyz", domain: "d")])
    var stream = try BatchStream(
      Mixture(store), settings: .init(sequenceLength: 6, batchSize: 2, isShuffled: false, epochCount: 1))
    let batch = batches(of: &stream)[0]
    let first = BatchPreview(batch, sequence: 0, tokenizer: ByteTokenizer())
    #expect(first.runs.map(\.text) == ["ab", "cd", "x", "y"])
    #expect(first.runs.map(\.isLearnt) == [false, true, false, true])
    #expect(first.runs.map(\.beginsDocument) == [true, false, true, false])
    #expect(first.tokenCount == 6 && first.learntTokenCount == 4)
    let second = BatchPreview(batch, sequence: 1, tokenizer: ByteTokenizer())
    #expect(second.runs.isEmpty)
    // A limit cuts through a stretch, and counts stay those of the whole batch.
    let brief = BatchPreview(batch, sequence: 0, rowLimit: 3, tokenizer: ByteTokenizer())
    #expect(brief.runs.map(\.text) == ["ab", "c"])
    #expect(brief.tokenCount == 6)
  }
}
