/// How often every sequence of up to `order` tokens occurs in a corpus, as a tree in sorted arrays.
///
/// Level k holds the distinct sequences of k + 1 tokens in lexicographic order; the successors of a sequence are
/// neighbours on the next level, sorted by token. Building sorts the corpus once per level, a look-up is one
/// binary search per token, and nothing depends on hashing.
struct NGramCounts: Sendable {
  /// The sequences of one length.
  struct Level: Sendable {
    /// The last token of each sequence.
    fileprivate(set) var tokens: [Int32] = []
    /// How often each sequence occurs.
    fileprivate(set) var counts: [Int32] = []
    /// Where the successors of node i of the level before begin; one more entry closes the last.
    fileprivate(set) var starts: [Int32] = []
  }

  /// By length less one.
  private(set) var levels: [Level] = []

  /// Counts the sequences of up to `order` tokens; none crosses the boundary between two documents.
  init(order: Int, documents: [[Int32]]) {
    /// The node of the level before that each surviving position's sequence belongs to.
    var nodes: [(document: Int32, start: Int32, node: Int32)] = []
    for (document, tokens) in documents.enumerated() {
      for start in tokens.indices { nodes.append((Int32(document), Int32(start), 0)) }
    }
    var parentCount = 1
    for length in 0..<order {
      nodes.removeAll { documents[Int($0.document)].count <= Int($0.start) + length }
      let keys = nodes.map { place in
        UInt64(place.node) << 32 | UInt64(documents[Int(place.document)][Int(place.start) + length])
      }
      let (level, distinct) = Self.level(keys: keys, parentCount: parentCount)
      for (i, key) in keys.enumerated() {
        nodes[i].node = Int32(Self.firstIndex(in: distinct.indices) { distinct[$0] >= key })
      }
      levels.append(level)
      parentCount = distinct.count
    }
  }

  /// The node of the last `length` tokens of `context`, or nil where these never have a successor. The empty
  /// context is node 0.
  func node(of context: ArraySlice<Int32>, length: Int) -> Int? {
    guard length <= context.count, length < levels.count else { return nil }
    var node = 0
    for (depth, token) in context.suffix(length).enumerated() {
      guard let child = find(token, after: node, level: depth) else { return nil }
      node = child
    }
    return successors(of: node, level: length).isEmpty ? nil : node
  }

  /// Where the successors of a node of level `level - 1` lie in `levels[level]`.
  func successors(of node: Int, level: Int) -> Range<Int> {
    Int(levels[level].starts[node])..<Int(levels[level].starts[node + 1])
  }

  /// The node of `levels[level]` that follows `node` with `token`.
  func find(_ token: Int32, after node: Int, level: Int) -> Int? {
    let range = successors(of: node, level: level)
    let tokens = levels[level].tokens
    let place = Self.firstIndex(in: range) { tokens[$0] >= token }
    return place < range.upperBound && tokens[place] == token ? place : nil
  }

  /// The level of the sorted distinct keys (parent << 32 | token), and these keys.
  private static func level(keys: [UInt64], parentCount: Int) -> (Level, distinct: [UInt64]) {
    var level = Level()
    var distinct: [UInt64] = []
    for key in keys.sorted() {
      if key == distinct.last {
        level.counts[level.counts.count - 1] += 1
        continue
      }
      distinct.append(key)
      level.tokens.append(Int32(truncatingIfNeeded: key & 0xFFFF_FFFF))
      level.counts.append(1)
    }
    var next = 0
    for parent in 0..<parentCount {
      level.starts.append(Int32(next))
      while next < distinct.count, distinct[next] >> 32 == UInt64(parent) { next += 1 }
    }
    level.starts.append(Int32(next))
    return (level, distinct)
  }

  /// The first index of a range from which on a condition holds, or the end of the range.
  private static func firstIndex(in range: Range<Int>, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
