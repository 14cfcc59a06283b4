/// How often every sequence of up to `order` tokens occurs in a corpus, as a tree in sorted arrays.
///
/// Level k holds the distinct sequences of k + 1 tokens in lexicographic order; the successors of a sequence are
/// neighbours on the next level, sorted by token. Building sorts the corpus once per level, a look-up is one
/// binary search per token, and nothing depends on hashing.
struct NGramCounts: Sendable {
  /// The sequences of one length.
  private struct Level {
    /// The last token of each sequence.
    var tokens: [Int32] = []
    /// How often each sequence occurs.
    var counts: [Int32] = []
    /// Where the successors of node i of the level before begin; one more entry closes the last.
    var starts: [Int32] = []
  }

  private var levels: [Level] = []

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
      for i in nodes.indices { nodes[i].node = Int32(Self.find(keys[i], in: distinct)) }
      levels.append(level)
      parentCount = distinct.count
    }
  }

  /// The successors of the last `length` tokens of `context`, as (tokens, counts), or nil where the context does
  /// not occur.
  func successors(
    of context: ArraySlice<Int32>, length: Int
  ) -> (tokens: ArraySlice<Int32>, counts: ArraySlice<Int32>)? {
    guard length <= context.count, length < levels.count else { return nil }
    var node = 0
    for (depth, token) in context.suffix(length).enumerated() {
      let children = range(of: node, level: depth)
      guard let child = Self.find(token, in: levels[depth].tokens, children) else { return nil }
      node = child
    }
    let children = range(of: node, level: length)
    return children.isEmpty
      ? nil : (levels[length].tokens[children], levels[length].counts[children])
  }

  private func range(of node: Int, level: Int) -> Range<Int> {
    Int(levels[level].starts[node])..<Int(levels[level].starts[node + 1])
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

  private static func find(_ key: UInt64, in sorted: [UInt64]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func find(_ token: Int32, in tokens: [Int32], _ range: Range<Int>) -> Int? {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if tokens[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < range.upperBound && tokens[low] == token ? low : nil
  }
}
