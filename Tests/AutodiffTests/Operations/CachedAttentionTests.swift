import Autodiff
import TestSupport
import Testing

/// What cachedAttention does to its cache, step by step.
@Suite struct CachedAttentionTests {
  private static let size = AttentionSize(batch: 1, length: 19, heads: 4, kvHeads: 2, headSize: 6)
  private static let width = 24
  private static let kvWidth = 12

  /// Queries, keys and values of a sequence.
  private struct Sequence {
    let q: [Float]
    let k: [Float]
    let v: [Float]

    init(_ title: String) {
      var numbers = TestNumbers(title)
      q = numbers.normals(size.length * width)
      k = numbers.normals(size.length * kvWidth)
      v = numbers.normals(size.length * kvWidth)
    }

    /// What attention over the whole sequence gives, in double precision.
    var expected: [Double] {
      AttentionTwin.packed(
        q: q.map(Double.init), k: k.map(Double.init), v: v.map(Double.init),
        firstKey: [Int32](repeating: 0, count: size.length), size)
    }
  }

  /// A cache of three lines and the plans that write to it.
  private final class Cache {
    let backend: CPUBackend
    let cache: CacheSize
    let keys: Slot
    let values: Slot

    init(threads: Int = 1) {
      backend = CPUBackend(threads: threads)
      cache = CacheSize(lines: 3, capacity: size.length, kvHeads: size.kvHeads, headSize: size.headSize)
      let region = backend.makeRegion(label: "test cache")
      backend.reserve(region, count: 2 * cache.shape.count)
      keys = Slot(region: region, offset: 0, count: cache.shape.count)
      values = Slot(region: region, offset: cache.shape.count, count: cache.shape.count)
      backend.fill(keys, 0)
      backend.fill(values, 0)
    }

    /// Runs rows given by (sequence, line, position); a nil sequence is padding.
    func run(_ rows: [(sequence: Sequence?, line: Int, position: Int)]) -> [Float] {
      func gather(_ path: KeyPath<Sequence, [Float]>, _ width: Int) -> [Float] {
        rows.flatMap { row -> [Float] in
          guard let sequence = row.sequence else { return [Float](repeating: 7, count: width) }
          return Array(sequence[keyPath: path][row.position * width..<(row.position + 1) * width])
        }
      }
      var g = Graph()
      let (q, k, v) = (
        g.input([rows.count, width]), g.input([rows.count, kvWidth]), g.input([rows.count, kvWidth])
      )
      let (lines, positions) = (g.input([rows.count], .int32), g.input([rows.count], .int32))
      let y = g.cachedAttention(
        q: q, k: k, v: v, sequences: lines, positions: positions,
        keys: g.stored(cache.shape, value: keys), values: g.stored(cache.shape, value: values),
        heads: size.heads, scale: size.scale, cache)
      let executor = Executor(Plan(g, outputs: [y], training: false, on: backend), on: backend)
      executor.write(gather(\.q, width), to: q)
      executor.write(gather(\.k, kvWidth), to: k)
      executor.write(gather(\.v, kvWidth), to: v)
      executor.write(rows.map { $0.sequence == nil ? -1 : Int32($0.line) }, to: lines)
      executor.write(rows.map { Int32($0.position) }, to: positions)
      executor.forward()
      return executor.read(y)
    }
  }

  private static func mismatch(_ y: [Float], _ expected: [Double]) -> String? {
    Tolerance(.float32, terms: size.length).mismatch(y, expected)
  }

  @Test func aPromptAtOnceEqualsAttention() {
    let a = Sequence("a")
    let y = Cache().run((0..<Self.size.length).map { (a, 1, $0) })
    #expect(Self.mismatch(y, a.expected) == nil)
  }

  @Test func oneByOneEqualsAttention() {
    let (a, cache) = (Sequence("a"), Cache())
    let y = (0..<Self.size.length).flatMap { cache.run([(a, 2, $0)]) }
    #expect(Self.mismatch(y, a.expected) == nil)
  }

  /// Rows of three sequences in any order, in batches of changing size, with padding between.
  @Test func interleavedLinesDoNotSeeEachOther() {
    let (a, b, c, cache) = (Sequence("a"), Sequence("b"), Sequence("c"), Cache())
    var got: [[Float]] = [[], [], []]
    for position in 0..<Self.size.length {
      var rows: [(sequence: Sequence?, line: Int, position: Int)] = [
        (c, 2, position), (nil, 0, 0), (a, 0, position), (b, 1, position),
      ]
      if position % 2 == 0 { rows.remove(at: 1) }
      let y = cache.run(rows)
      for (row, place) in rows.enumerated() where place.sequence != nil {
        got[place.line] += y[row * Self.width..<(row + 1) * Self.width]
      }
      if position % 2 == 1 { #expect(y[Self.width..<2 * Self.width].allSatisfy { $0 == 0 }) }
    }
    for (line, sequence) in [a, b, c].enumerated() {
      #expect(Self.mismatch(got[line], sequence.expected) == nil, "line \(line)")
    }
  }

  /// Drafted rows that were rejected are overwritten by going on from an earlier position.
  @Test func rollingBackIsOverwriting() {
    let (a, b, cache) = (Sequence("a"), Sequence("b"), Cache())
    let start = 5
    let prompt = cache.run((0..<start).map { (a, 0, $0) })
    _ = cache.run((start..<start + 6).map { (b, 0, $0) })
    let rest = cache.run((start..<Self.size.length).map { (a, 0, $0) })
    #expect(Self.mismatch(prompt + rest, a.expected) == nil)
  }

  @Test func onlyWrittenPositionsChange() {
    let (a, cache) = (Sequence("a"), Cache())
    cache.backend.fill(cache.keys, 3)
    _ = cache.run([(a, 1, 4), (nil, 0, 2)])
    let keys = cache.cache.rows(ofTiles: cache.backend.read(cache.keys))
    let start = (Self.size.length + 4) * Self.kvWidth
    #expect(Array(keys[start..<start + Self.kvWidth]) == Array(a.k[4 * Self.kvWidth..<5 * Self.kvWidth]))
    #expect(keys[..<start].allSatisfy { $0 == 3 })
    #expect(keys[(start + Self.kvWidth)...].allSatisfy { $0 == 3 })
  }

  /// Nothing beyond a row's own position is read, not even to be multiplied by zero.
  @Test func whatStandsBeyondIsNeverRead() {
    let (a, cache) = (Sequence("a"), Cache())
    cache.backend.fill(cache.keys, .nan)
    cache.backend.fill(cache.values, .nan)
    let y = (0..<Self.size.length).flatMap { cache.run([(a, 0, $0)]) }
    #expect(Self.mismatch(y, a.expected) == nil)
  }

  /// Rows written behind the line go on as if they had been written in their places.
  @Test func copiedPositionsAreLikeWrittenOnes() {
    let (a, b, cache) = (Sequence("a"), Sequence("b"), Cache())
    func copy(_ offset: (from: Int, to: Int)) {
      let copies = (5..<9).map { CacheCopy(line: 2, from: $0 + offset.from, to: $0 + offset.to) }
      for store in [cache.keys, cache.values] { cache.backend.copyCached(copies, in: store, cache.cache) }
    }
    let start = cache.run((0..<9).map { (a, 2, $0) })
    copy((from: 0, to: 9))
    _ = cache.run((5..<9).map { (b, 2, $0) })
    copy((from: 9, to: 0))
    let rest = cache.run((9..<Self.size.length).map { (a, 2, $0) })
    #expect(Self.mismatch(start + rest, a.expected) == nil)
  }
}
