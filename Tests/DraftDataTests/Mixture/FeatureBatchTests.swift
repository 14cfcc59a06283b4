import DraftData
import FileSystem
import TestSupport
import Testing

/// States that say where they stand: state, source, document, token.
private struct PlaceSource: FeatureSource {
  let states: [FeatureState] = [.final, .residual(layersApplied: 1)]
  var width = 2
  let number: Int
  var failsFor: Int?
  var fingerprint: UInt64 { UInt64(number) }

  static func value(_ state: Int, _ source: Int, _ document: Int, _ token: Int) -> Float {
    Float(state * 100_000 + source * 10_000 + document * 100 + token + 1)
  }

  func read(
    _ tokens: Range<Int>, of document: Int, into values: inout [[Float]], at row: Int
  ) throws(InputError) {
    if document == failsFor {
      throw InputError(.badData, file: "f.h5", key: "features", found: "a turned bit")
    }
    for state in values.indices {
      for (index, token) in tokens.enumerated() {
        for column in 0..<width {
          values[state][(row + index) * width + column] = Self.value(state, number, document, token)
        }
      }
    }
  }
}

@Suite("Batches with hidden states")
struct FeatureBatchTests {
  private func stream(
    failing: Int? = nil, epochCount: Int? = nil, overflow: OverflowPolicy = .carryOver,
    cursor: DataCursor? = nil
  ) throws -> BatchStream {
    let mixture = try Mixture([
      .init(
        name: "a", store: numberedStore(lengths: [3, 9, 1, 14, 2]), features: PlaceSource(number: 0)),
      .init(
        name: "b", store: numberedStore(lengths: [6, 5, 30], base: 100_000), weight: 2.5,
        features: PlaceSource(number: 1, failsFor: failing)),
    ])
    return try BatchStream(
      mixture,
      settings: .init(
        sequenceLength: 7, batchSize: 2, seed: 5, overflow: overflow, epochCount: epochCount),
      cursor: cursor)
  }

  private func check(_ batch: Batch) throws {
    let features = try #require(batch.features)
    for state in 0..<2 {
      var expected = [Float](repeating: 0, count: batch.rowCount * 2)
      for span in batch.spans {
        for row in 0..<span.count {
          let value = PlaceSource.value(state, span.source, span.document, span.documentOffset + row)
          for column in 0..<2 { expected[(span.row + row) * 2 + column] = value }
        }
      }
      #expect(features.values[state] == expected)
    }
  }

  @Test("bring the states of their rows, zeros in padding", arguments: OverflowPolicy.allCases)
  func rows(_ overflow: OverflowPolicy) throws {
    let whole = try stream(epochCount: 2, overflow: overflow)
    let prefetcher = BatchPrefetcher(whole, batchesPerStep: 1)
    var taken = [whole.emptyBatch()]
    var count = 0
    prefetcher.begin()
    while try prefetcher.take(replacing: &taken) {
      prefetcher.begin()
      try check(taken[0])
      count += 1
    }
    #expect(count > 3)
  }

  @Test("go on from a cursor, which knows the states it was made with") func resume() throws {
    let whole = BatchPrefetcher(try stream(), batchesPerStep: 2)
    var taken = [try stream().emptyBatch(), try stream().emptyBatch()]
    for _ in 0..<6 { _ = try whole.take(replacing: &taken) }
    let again = BatchPrefetcher(try stream(cursor: whole.cursor), batchesPerStep: 2)
    var resumed = taken
    #expect(try whole.take(replacing: &taken) && again.take(replacing: &resumed))
    #expect(taken == resumed)
    try check(taken[1])
    let other = try Mixture([
      .init(name: "a", store: numberedStore(lengths: [3, 9, 1, 14, 2]), features: PlaceSource(number: 2)),
      .init(
        name: "b", store: numberedStore(lengths: [6, 5, 30], base: 100_000), weight: 2.5,
        features: PlaceSource(number: 1)),
    ])
    let error = #expect(throws: InputError.self) {
      try BatchStream(
        other, settings: .init(sequenceLength: 7, batchSize: 2, seed: 5), cursor: whole.cursor)
    }
    #expect(error?.found == "the data is not what this run began with")
  }

  @Test("that cannot be read say so at the step that wants them, and at every one after it") func failure()
    throws
  {
    let prefetcher = BatchPrefetcher(try stream(failing: 2), batchesPerStep: 1)
    var taken = [try stream().emptyBatch()]
    var steps = 0
    var errors: [InputError] = []
    while steps < 60 {
      prefetcher.begin()
      do throws(InputError) {
        _ = try prefetcher.take(replacing: &taken)
        #expect(errors.isEmpty)
      } catch { errors.append(error) }
      steps += 1
    }
    #expect(errors.count > 1 && errors.allSatisfy { $0.file == "f.h5" })
  }

  @Test("have them from all sources or from none") func mixtures() throws {
    func error(_ second: (any FeatureSource)?) -> InputError? {
      #expect(throws: InputError.self) {
        try Mixture([
          .init(name: "a", store: numberedStore(lengths: [3]), features: PlaceSource(number: 0)),
          .init(name: "b", store: numberedStore(lengths: [3]), features: second),
        ])
      }
    }
    #expect(error(nil)?.key == "sources.b")
    #expect(error(PlaceSource(width: 3, number: 1))?.found.contains("width 3") == true)
  }
}
