import Charts
import Testing

@Suite struct EnvelopeTests {
  private static func points(_ values: [Double?]) -> [Series.Point] {
    values.enumerated().map { Series.Point(Double($0), $1) }
  }

  @Test func aShortSeriesIsDrawnAsItIs() {
    let envelope = Envelope(Self.points([1, 3, 2]), in: 0...2, columnCount: 3)
    #expect(!envelope.isThinned)
    #expect(envelope.columns.map(\.mean) == [1, 3, 2] && envelope.columns.map(\.middle) == [0, 1, 2])
  }

  @Test func noPointOfALongSeriesIsDropped() {
    // One spike up and one down among many equal values: what thinning by dropping would lose.
    var values = [Double?](repeating: 5, count: 10_000)
    (values[1234], values[8765]) = (100, -3)
    let envelope = Envelope(Self.points(values), in: 0...9_999, columnCount: 160)
    #expect(envelope.isThinned && envelope.columns.count == 160)
    #expect(envelope.columns.reduce(0) { $0 + $1.count } == 10_000)
    #expect(envelope.columns.contains { $0.values?.upperBound == 100 && $0.x.contains(1234) })
    #expect(envelope.columns.contains { $0.values?.lowerBound == -3 && $0.x.contains(8765) })
    let untouched = envelope.columns.filter { !$0.x.contains(1234) && !$0.x.contains(8765) }
    #expect(untouched.allSatisfy { $0.values == 5...5 && $0.mean == 5 })
  }

  @Test func aLineEndsWhereThereIsNoNumber() {
    let envelope = Envelope(Self.points([1, nil, 2, 3, .nan, .infinity]), in: 0...5, columnCount: 10)
    #expect(envelope.runs.map { $0.map(\.middle) } == [[0], [2, 3]])
  }

  @Test func aColumnWithOneNumberAmongGapsShowsIt() {
    let envelope = Envelope(Self.points([nil, nil, 7, nil]), in: 0...3, columnCount: 1)
    #expect(envelope.columns.count == 1 && envelope.columns[0].mean == 7 && envelope.columns[0].count == 4)
  }

  @Test func columnsWithoutPointsAreLeftOut() {
    let points = [0.0, 1, 2, 90, 91, 100].map { Series.Point($0, $0) }
    let envelope = Envelope(points, in: 0...100, columnCount: 5)
    #expect(envelope.columns.map(\.count) == [3, 3])
    #expect(envelope.runs.count == 1)
  }

  @Test func nothingIsDrawnOfNothing() {
    #expect(Envelope([], in: 0...1, columnCount: 4).columns.isEmpty)
  }
}
