import DraftData
import Testing

@Suite("Batches packed ahead")
struct BatchPrefetcherTests {
  private func stream(_ cursor: DataCursor? = nil, epochCount: Int? = nil) throws -> BatchStream {
    let mixture = try Mixture([
      .init(name: "a", store: numberedStore(lengths: [3, 9, 1, 14, 2]), weight: 1),
      .init(name: "b", store: numberedStore(lengths: [6, 5, 30], base: 100_000), weight: 2.5),
    ])
    return try BatchStream(
      mixture, settings: .init(sequenceLength: 7, batchSize: 2, seed: 5, epochCount: epochCount),
      cursor: cursor)
  }

  @Test("are those of the stream, and the cursor is that of the batches taken", arguments: [1, 3])
  func sameBatches(perStep: Int) throws {
    var plain = try stream()
    let prefetcher = BatchPrefetcher(try stream(), batchesPerStep: perStep)
    #expect(prefetcher.cursor == plain.cursor)
    var taken = (0..<perStep).map { _ in plain.emptyBatch() }
    for step in 0..<40 {
      // Sometimes the packing is ahead, sometimes it is only asked for when the batches are.
      if step % 3 > 0 { prefetcher.begin() }
      if step % 5 == 0 { #expect(prefetcher.cursor == plain.cursor) }
      let expected = batches(of: &plain, limit: perStep)
      if step % 4 == 0 { #expect(try prefetcher.preview() == expected[0]) }
      #expect(try prefetcher.take(replacing: &taken))
      #expect(taken == expected && prefetcher.cursor == plain.cursor, "step \(step)")
    }
  }

  @Test("go on from the cursor of any step with the batches that would have come")
  func resume() throws {
    let whole = BatchPrefetcher(try stream(), batchesPerStep: 2)
    var taken = [try stream().emptyBatch(), try stream().emptyBatch()]
    for _ in 0..<20 {
      let again = BatchPrefetcher(try stream(whole.cursor), batchesPerStep: 2)
      var resumed = taken
      whole.begin()
      again.begin()
      #expect(try whole.take(replacing: &taken) && again.take(replacing: &resumed))
      #expect(taken == resumed)
    }
  }

  @Test("end with the data")
  func end() throws {
    var plain = try stream(epochCount: 2)
    let count = batches(of: &plain).count
    let prefetcher = BatchPrefetcher(try stream(epochCount: 2), batchesPerStep: 1)
    var taken = [try stream().emptyBatch()]
    for _ in 0..<count {
      prefetcher.begin()
      #expect(try prefetcher.take(replacing: &taken))
    }
    prefetcher.begin()
    #expect(try !prefetcher.take(replacing: &taken))
    #expect(try !prefetcher.take(replacing: &taken))
  }
}
