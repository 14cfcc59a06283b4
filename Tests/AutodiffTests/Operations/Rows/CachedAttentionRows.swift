import Autodiff

/// cachedAttention, forward only. What it does to the cache is tested in `CachedAttentionTests`.
enum CachedAttentionRows {
  static var cases: [OperationCase] {
    let prompt = (0..<65).map { (i: Int32) -> Place in (1, i) }
    let several = (0..<32).map { (i: Int32) -> Place in (i / 4, 100 + i / 4 + i % 4) }
    let late: [Place] = [(1, 6), (0, 2), (1, 7)]
    let padded: [Place] = [(2, 16), (-1, 0), (0, 3), (2, 0), (-1, 0)]
    return [
      cached("no rows", heads: 2, kvHeads: 1, headSize: 4, lines: 1, capacity: 3, rows: []),
      cached("one row", heads: 1, kvHeads: 1, headSize: 2, lines: 1, capacity: 1, rows: [(0, 0)]),
      cached("rows late in lines", heads: 3, kvHeads: 1, headSize: 6, lines: 2, capacity: 9, rows: late),
      cached(
        "several lines and padding", heads: 4, kvHeads: 2, headSize: 6, lines: 3, capacity: 17, rows: padded),
      cached("a prompt at once", heads: 2, kvHeads: 2, headSize: 8, lines: 2, capacity: 70, rows: prompt),
      cached("four tokens each", heads: 6, kvHeads: 2, headSize: 64, lines: 8, capacity: 140, rows: several),
      cached(
        "only padding", heads: 1, kvHeads: 1, headSize: 2, lines: 1, capacity: 2, rows: [(-1, 0), (-7, 1)]),
    ]
  }

  /// The cache line, negative for padding, and the position in it.
  typealias Place = (line: Int32, position: Int32)

  static func cached(
    _ title: String, heads: Int, kvHeads: Int, headSize: Int, lines: Int, capacity: Int,
    rows: [Place]
  ) -> OperationCase {
    let cache = CacheSize(lines: lines, capacity: capacity, kvHeads: kvHeads, headSize: headSize)
    let scale = 1 / Float(headSize).squareRoot()
    return OperationCase(
      operation: "cachedAttention", title: title,
      leaves: [
        .init([rows.count, heads * headSize], isLearned: false),
        .init([rows.count, kvHeads * headSize], isLearned: false),
        .init([rows.count, kvHeads * headSize], isLearned: false),
        .init(cache.shape, isLearned: false), .init(cache.shape, isLearned: false),
      ],
      integers: [rows.map(\.line), rows.map(\.position)], terms: max(capacity, headSize), kind: .inference,
      build: { g, x, places, _ in
        g.cachedAttention(
          q: x[0], k: x[1], v: x[2], sequences: places[0], positions: places[1], keys: x[3], values: x[4],
          heads: heads, scale: scale, cache)
      },
      twin: { twin($0, heads: heads, scale: Double(scale), cache) })
  }

  private static func twin(
    _ input: OperationCase.TwinInput, heads: Int, scale: Double, _ cache: CacheSize
  ) -> [Double] {
    let (q, k, v) = (input.leaves[0], input.leaves[1], input.leaves[2])
    var (keys, values) = (cache.rows(ofTiles: input.leaves[3]), cache.rows(ofTiles: input.leaves[4]))
    let (size, kvWidth) = (cache.headSize, cache.kvHeads * cache.headSize)
    let places = zip(input.integers[0], input.integers[1]).map { (line: Int($0), position: Int($1)) }
    for (row, place) in places.enumerated() where place.line >= 0 {
      let start = (place.line * cache.capacity + place.position) * kvWidth
      for d in 0..<kvWidth {
        keys[start + d] = k[row * kvWidth + d]
        values[start + d] = v[row * kvWidth + d]
      }
    }
    return places.enumerated().flatMap { row, place -> [Double] in
      guard place.line >= 0 else { return [Double](repeating: 0, count: heads * size) }
      return (0..<heads).flatMap { head -> [Double] in
        let offset = head / (heads / cache.kvHeads) * size
        let own = (row * heads + head) * size
        return AttentionTwin.attend(
          q[own..<own + size], scale: scale, size: size,
          keys: (0...place.position).map { (place.line * cache.capacity + $0) * kvWidth + offset }, k: keys,
          v: values)
      }
    }
  }
}
