import DraftData
import FileSystem
import Testing

@Suite("Packed batches")
struct BatchTests {
  private func unshuffled(
    _ store: TokenStore, length: Int, batchSize: Int = 1, overflow: OverflowPolicy = .carryOver
  ) throws -> [Batch] {
    var stream = try BatchStream(
      Mixture(store),
      settings: .init(
        sequenceLength: length, batchSize: batchSize, overflow: overflow, isShuffled: false, epochCount: 1))
    return batches(of: &stream)
  }

  @Test("two documents share a sequence without seeing each other, and the rest is padding")
  func layout() throws {
    let all = try unshuffled(numberedStore(lengths: [3, 2]), length: 8)
    #expect(all.count == 1)
    #expect(all[0].tokens == [0, 1, 2, 1000, 1001, 0, 0, 0])
    #expect(all[0].labels == [1, 2, -1, 1001, -1, -1, -1, -1])
    #expect(all[0].positions == [0, 1, 2, 0, 1, 0, 0, 0])
    #expect(all[0].firstKey == [0, 0, 0, 3, 3, 5, 6, 7])
    #expect(all[0].realTokenCount == 3)
    #expect(all[0].filledRowCount == 5)
    #expect(all[0].spans.map(\.document) == [0, 1])
    #expect(all[0].spans.map(\.row) == [0, 3])
  }

  @Test("a carried-over document keeps every label, also the one across the cut")
  func carryOver() throws {
    let all = try unshuffled(numberedStore(lengths: [7, 3]), length: 4, batchSize: 2)
    #expect(all[0].tokens == [0, 1, 2, 3, 4, 5, 6, 1000])
    #expect(all[0].labels == [1, 2, 3, 4, 5, 6, -1, 1001])
    #expect(all[0].positions == [0, 1, 2, 3, 0, 1, 2, 0])
    #expect(all[0].firstKey == [0, 0, 0, 0, 0, 0, 0, 3])
    #expect(all[0].spans.map(\.documentOffset) == [0, 4, 0])
    #expect(all[1].tokens.prefix(2) == [1001, 1002])
    #expect(all[1].labels.prefix(3) == [1002, -1, -1])
  }

  @Test("a last token that would stand alone in the next sequence takes no row there")
  func loneLastToken() throws {
    let all = try unshuffled(numberedStore(lengths: [5, 2]), length: 4, batchSize: 2)
    #expect(all[0].tokens == [0, 1, 2, 3, 1000, 1001, 0, 0])
    #expect(all[0].labels == [1, 2, 3, 4, 1001, -1, -1, -1])
  }

  @Test("truncation leaves the rest of a document out and fills every row")
  func truncation() throws {
    let all = try unshuffled(numberedStore(lengths: [3, 6, 4]), length: 4, overflow: .truncate)
    #expect(all.map(\.tokens) == [[0, 1, 2, 1000], [2000, 2001, 2002, 2003]])
    #expect(all.map(\.labels) == [[1, 2, -1, 1001], [2001, 2002, 2003, -1]])
  }

  @Test("start-next keeps a document whole where a sequence can hold it, and cuts only what is longer")
  func startNext() throws {
    let all = try unshuffled(numberedStore(lengths: [2, 3, 9]), length: 4, overflow: .startNext)
    #expect(all.map(\.tokens) == [[0, 1, 0, 0], [1000, 1001, 1002, 0], [2000, 2001, 2002, 2003]])
    #expect(all[2].labels == [2001, 2002, 2003, 2004])
  }

  @Test("a label appears only where the predicted token is in the loss")
  func mask() throws {
    var store = TokenStore()
    store.append(
      tokens: [5, 6, 7, 8], inLoss: [false, false, true, true], domain: "d", contentHash: 1)
    let all = try unshuffled(store, length: 6)
    #expect(all[0].labels == [-1, 7, 8, -1, -1, -1])
    #expect(all[0].realTokenCount == 2)
  }

  @Test("teacher rows stand beside the label whose distribution they are")
  func teacherRows() throws {
    var store = TokenStore(teacherEntryCount: 2)
    store.append(
      tokens: [5, 6, 7], inLoss: [false, false, true], domain: "d", contentHash: 1,
      teacherIndices: [-1, -1, 60, 61, 70, 71], teacherLogProbabilities: [0, 0, -1, -2, -3, -4])
    let batch = try unshuffled(store, length: 4)[0]
    #expect(batch.labels == [-1, 7, -1, -1])
    #expect(batch.teacher?.indices == [-1, -1, 70, 71, -1, -1, -1, -1])
    #expect(batch.teacher?.logProbabilities == [0, 0, -3, -4, 0, 0, 0, 0])
  }

  @Test("a reused batch equals a fresh one: nothing of the step before is left")
  func reuse() throws {
    var stream = try BatchStream(
      Mixture(numberedStore(lengths: [9, 1, 2, 5])),
      settings: .init(sequenceLength: 4, batchSize: 3, seed: 3, epochCount: 1))
    var twin = stream
    var reused = stream.emptyBatch()
    while stream.next(into: &reused) {
      var fresh = twin.emptyBatch()
      let isThere = twin.next(into: &fresh)
      #expect(isThere && fresh == reused)
    }
  }

  @Test("every token but the first of each document is a label exactly once per epoch")
  func everyTokenOnce() throws {
    let lengths = [1, 2, 17, 4, 5, 33, 8, 2, 9]
    for length in [1, 2, 3, 7, 16, 64] {
      var stream = try BatchStream(
        Mixture(numberedStore(lengths: lengths)),
        settings: .init(sequenceLength: length, batchSize: 2, seed: 9, epochCount: 1))
      let labels = batches(of: &stream).flatMap(\.labels).filter { $0 >= 0 }.sorted()
      let expected = lengths.enumerated().flatMap { document, count in
        (1..<max(count, 1)).map { Int32(1000 * document + $0) }
      }
      #expect(labels == expected.sorted(), "sequence length \(length)")
    }
  }

  @Test("data with nothing to learn is refused by name", arguments: [[0, 0], [1]])
  func nothingToLearn(lengths: [Int]) {
    #expect(throws: InputError.self) { try Mixture(numberedStore(lengths: lengths), name: "empty") }
  }

  @Test("answers that begin beyond the sequence are refused unless documents are carried over")
  func answersOutOfReach() throws {
    var store = TokenStore()
    store.append(
      tokens: Array(0..<10), inLoss: (0..<10).map { $0 > 8 }, domain: "d", contentHash: 1)
    #expect(throws: InputError.self) { try unshuffled(store, length: 4, overflow: .startNext) }
    #expect(try unshuffled(store, length: 4).map(\.realTokenCount) == [1])
  }
}
