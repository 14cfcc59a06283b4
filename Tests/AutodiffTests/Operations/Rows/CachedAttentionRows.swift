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
      cached(
        "a window over a prompt", heads: 4, kvHeads: 2, headSize: 6, lines: 2, capacity: 70, rows: prompt,
        window: 19),
      cached(
        "a window of one", heads: 3, kvHeads: 1, headSize: 6, lines: 2, capacity: 9, rows: late, window: 1),
      cached(
        "a window over several lines", heads: 2, kvHeads: 1, headSize: 64, lines: 8, capacity: 140,
        rows: several, window: 40),
    ] + trees
  }

  private static var trees: [OperationCase] {
    let small = Tree(prefixEnds: [2, -1, 2, 0, 2], ancestors: [[3], [], [3, 4], [0], [3, 5]])
    let places: [Place] = [(1, 3), (-1, 0), (1, 4), (0, 0), (1, 5)]
    // 30 nodes with two children each behind 20 positions, on two lines, written in another order than their numbers.
    let slots = (0..<30).map { 20 + ($0 * 7 % 30) }
    var paths: [[Int32]] = []
    for node in 0..<30 { paths.append((node < 2 ? [] : paths[node / 2 - 1]) + [Int32(slots[node])]) }
    let binary = Tree(
      prefixEnds: [Int32](repeating: 20, count: 60), ancestors: (paths + paths).map { $0.sorted() })
    let path = (0..<70).map { (row: Int32) -> Place in (0, row) }
    let long = Tree(
      prefixEnds: (0..<70).map { min($0, 3) }, ancestors: (0..<70).map { row in Array(min(row, 3)...row) })
    return [
      cached(
        "a tree and padding", heads: 2, kvHeads: 2, headSize: 6, lines: 2, capacity: 7, rows: places,
        tree: small),
      cached(
        "two binary trees", heads: 4, kvHeads: 2, headSize: 20, lines: 2, capacity: 50,
        rows: (0..<60).map { (Int32($0 / 30), Int32(slots[$0 % 30])) }, tree: binary),
      cached(
        "late nodes of a long path", heads: 1, kvHeads: 1, headSize: 8, lines: 1, capacity: 70,
        rows: Array(path[60..<64]),
        tree: Tree(
          prefixEnds: [3, 3, 20, 60], ancestors: [3...60, 3...61, 20...62, 60...63].map(Array.init))),
      cached(
        "a long path of many heads", heads: 6, kvHeads: 1, headSize: 8, lines: 1, capacity: 70, rows: path,
        tree: long),
    ]
  }

  /// What rows see instead of their line up to themselves.
  struct Tree: Sendable {
    let prefixEnds: [Int32]
    let ancestors: [[Int32]]

    /// [rows, width], filled up.
    var lists: [Int32] {
      let width = ancestors.map(\.count).max() ?? 0
      return ancestors.flatMap { $0 + [Int32](repeating: -1, count: width - $0.count) }
    }
  }

  /// The cache line, negative for padding, and the position in it.
  typealias Place = (line: Int32, position: Int32)

  static func cached(
    _ title: String, heads: Int, kvHeads: Int, headSize: Int, lines: Int, capacity: Int,
    rows: [Place], tree: Tree? = nil, window: Int? = nil
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
      integers: [rows.map(\.line), rows.map(\.position)] + (tree.map { [$0.prefixEnds, $0.lists] } ?? []),
      terms: max(capacity, headSize), kind: .inference,
      integerShapes: tree.map {
        [[rows.count], [rows.count], [rows.count], [rows.count, $0.lists.count / rows.count]]
      },
      build: { g, x, places, _ in
        g.cachedAttention(
          q: x[0], k: x[1], v: x[2], sequences: places[0], positions: places[1], keys: x[3], values: x[4],
          tree: places.count > 2 ? CachedTree(prefixEnd: places[2], ancestors: places[3]) : nil,
          window: window, heads: heads, scale: scale, cache)
      },
      twin: { twin($0, heads: heads, scale: Double(scale), window: window, cache) })
  }

  private static func twin(
    _ input: OperationCase.TwinInput, heads: Int, scale: Double, window: Int?, _ cache: CacheSize
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
    func seen(_ row: Int) -> [Int] {
      guard input.integers.count > 2 else {
        return Array((0...places[row].position).suffix(window ?? cache.capacity))
      }
      let width = input.integers[3].count / places.count
      let own = input.integers[3][row * width..<(row + 1) * width].map(Int.init).filter { $0 >= 0 }
      return Array(0..<Int(input.integers[2][row])) + own
    }
    return places.enumerated().flatMap { row, place -> [Double] in
      guard place.line >= 0 else { return [Double](repeating: 0, count: heads * size) }
      return (0..<heads).flatMap { head -> [Double] in
        let offset = head / (heads / cache.kvHeads) * size
        let own = (row * heads + head) * size
        return AttentionTwin.attend(
          q[own..<own + size], scale: scale, size: size,
          keys: seen(row).map { (place.line * cache.capacity + $0) * kvWidth + offset }, k: keys, v: values)
      }
    }
  }
}
