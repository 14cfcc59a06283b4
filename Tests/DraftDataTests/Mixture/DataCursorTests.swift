import DraftData
import FileSystem
import Testing

@Suite("Data cursors")
struct DataCursorTests {
  private func mixture() throws -> Mixture {
    try Mixture([
      .init(name: "a", store: numberedStore(lengths: [3, 9, 1, 14, 2]), weight: 1),
      .init(name: "b", store: numberedStore(lengths: [6, 5, 30], base: 100_000), weight: 2.5),
      .init(name: "c", store: numberedStore(lengths: [4], base: 200_000), weight: 0.5),
    ])
  }

  @Test("stopping after any step and going on gives the same batches", arguments: OverflowPolicy.allCases)
  func resumeAnywhere(overflow: OverflowPolicy) throws {
    for (length, batchSize, epochCount) in [(5, 2, nil), (8, 1, 3), (1, 3, 2), (64, 2, nil)]
      as [(Int, Int, Int?)]
    {
      let settings = BatchStream.Settings(
        sequenceLength: length, batchSize: batchSize, seed: 42, overflow: overflow, epochCount: epochCount)
      var whole = try BatchStream(mixture(), settings: settings)
      let expected = batches(of: &whole, limit: 30)
      for step in 0...expected.count {
        var first = try BatchStream(mixture(), settings: settings)
        _ = batches(of: &first, limit: step)
        let cursor = try DataCursor(text: first.cursor.text)
        #expect(cursor == first.cursor)
        var second = try BatchStream(mixture(), settings: settings, cursor: cursor)
        let rest = batches(of: &second, limit: expected.count - step)
        #expect(rest == Array(expected[step...]), "step \(step) of [\(batchSize), \(length)] \(overflow)")
      }
    }
  }

  @Test("a data set of one document goes on for ever and resumes")
  func datasetOfOne() throws {
    let one = try Mixture(numberedStore(lengths: [3]))
    var stream = try BatchStream(one, settings: .init(sequenceLength: 4, batchSize: 1))
    #expect(batches(of: &stream, limit: 100).count == 100)
    var again = try BatchStream(one, settings: stream.settings, cursor: stream.cursor)
    #expect(batches(of: &stream, limit: 2) == batches(of: &again, limit: 2))
  }

  @Test("a cursor of other data or other settings is refused")
  func wrongOwner() throws {
    let settings = BatchStream.Settings(sequenceLength: 4, batchSize: 2)
    let cursor = try BatchStream(mixture(), settings: settings).cursor
    let otherData = try Mixture(numberedStore(lengths: [3, 9, 1, 14, 2]))
    #expect(throws: InputError.self) { try BatchStream(otherData, settings: settings, cursor: cursor) }
    var otherSettings = settings
    otherSettings.seed = 1
    let error = #expect(throws: InputError.self) {
      try BatchStream(mixture(), settings: otherSettings, cursor: cursor)
    }
    #expect(error?.found.contains("settings") == true)
  }

  @Test(
    "damaged encodings are refused",
    arguments: [
      "", "1", "2 0 0 0 -1 -1 -1 1 0 0", "1 0 0 0 -1 -1 -1 0", "1 0 0 0 -1 -1 -1 2 0 0",
      "1 0 0 -5 -1 -1 -1 1 0 0",
      "1 0 0 0 -1 -1 -1 1 0 -1", "1 0 0 0 -1 -1 -1 9223372036854775807 0 0", "1 0 0 x -1 -1 -1 1 0 0",
      "1 0 0 0 -1 -1 -1 1 0 99999999999999999999",
    ])
  func damaged(text: String) {
    #expect(throws: InputError.self) { try DataCursor(text: text) }
  }

  @Test(
    "a cursor that points outside the data is refused",
    arguments: [
      (5, 0, 0), (0, 99, 0), (0, 1, 9), (0, 1, -1), (0, -1, 0),
    ])
  func outside(source: Int, document: Int, offset: Int) throws {
    let settings = BatchStream.Settings(sequenceLength: 4, batchSize: 2)
    var cursor = try BatchStream(mixture(), settings: settings).cursor
    cursor.partial = .init(source: source, document: document, offset: offset)
    #expect(throws: InputError.self) { try BatchStream(mixture(), settings: settings, cursor: cursor) }
  }
}
