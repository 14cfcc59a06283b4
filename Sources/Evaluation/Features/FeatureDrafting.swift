internal import Drafters
internal import Models

/// The drafter's half of a cycle: it reads the target's states of what it has not seen, and grows a tree on every line.
///
/// A line's rows in the drafter's cache are those of the target's states, at their positions, and behind them the rows of
/// the tree that is growing, which the next cycle writes over: own states are never kept.
///
/// Source: SafeAILab/EAGLE, `topK_genrate` and its `stable_kv`.
struct FeatureDrafting {
  private let drafter: FeatureDecoder
  private let size: TreeSize
  private let rowLimit: Int
  /// Per cache line: the target's states of positions that the drafter has not read.
  private var pending: [[Float]]
  /// Per cache line: how many positions it has read.
  private var readCount: [Int]

  private static let rowsAtOnce = 512

  init(_ drafter: FeatureDecoder, size: TreeSize, lineCount: Int) {
    self.drafter = drafter
    self.size = size
    rowLimit = max(Self.rowsAtOnce, lineCount)
    pending = [[Float]](repeating: [], count: lineCount)
    readCount = [Int](repeating: 0, count: lineCount)
  }

  /// Forgets what was on a cache line.
  mutating func clear(_ line: Int32) {
    pending[Int(line)].removeAll(keepingCapacity: true)
    readCount[Int(line)] = 0
  }

  /// Takes the target's state of the next position of a cache line.
  mutating func take(_ state: ArraySlice<Float>, line: Int32) { pending[Int(line)] += state }

  /// Grows a tree behind the last token of every line.
  mutating func draft(_ lines: [DecodingLine]) -> [DraftTree] {
    let roots = catchUp(lines)
    var trees = lines.map { line in
      DynamicTree(
        nodeCount: size.nodeCount, depth: size.depth, topK: size.topK,
        root: line.tokens[line.tokens.count - 1])
    }
    for index in lines.indices { trees[index].start(roots[index].proposals) }
    var states = roots.map { [$0.state] }
    for level in 0..<size.depth { expand(lines, &trees, &states, level: level) }
    return trees.map { $0.finish() }
  }

  private struct Root {
    let state: [Float]
    let proposals: [DraftCandidate]
  }

  /// Reads the pending states, each with the token after it; the last row of a line is its tree's root.
  private mutating func catchUp(_ lines: [DecodingLine]) -> [Root] {
    let width = drafter.stateSize(of: .target)
    var roots = [Root?](repeating: nil, count: lines.count)
    var rows = FeatureRows()
    var ends: [(line: Int, row: Int)] = []
    func run() {
      guard !rows.tokens.isEmpty else { return }
      drafter.forward(rows, from: .target, outputs: ends.map(\.row))
      for (output, end) in ends.enumerated() {
        roots[end.line] = Root(state: Array(drafter.state(of: end.row)), proposals: proposals(output))
      }
      rows = FeatureRows()
      ends = []
    }
    for (index, line) in lines.enumerated() {
      let cacheLine = Int(line.cacheLine)
      let count = pending[cacheLine].count / width
      precondition(
        count > 0 && readCount[cacheLine] + count == line.tokens.count - 1,
        "FeatureDrafting: \(readCount[cacheLine]) + \(count) states for \(line.tokens.count) tokens")
      for offset in 0..<count {
        let position = readCount[cacheLine] + offset
        rows.append(
          state: pending[cacheLine][offset * width..<(offset + 1) * width], token: line.tokens[position + 1],
          line: line.cacheLine, position: Int32(position))
        if offset == count - 1 { ends.append((index, rows.tokens.count - 1)) }
        if rows.tokens.count == rowLimit { run() }
      }
      readCount[cacheLine] += count
      pending[cacheLine].removeAll(keepingCapacity: true)
    }
    run()
    return roots.compactMap { $0 }
  }

  private func proposals(_ output: Int) -> [DraftCandidate] {
    DraftCandidate.likeliest(
      size.topK, of: drafter.logProbabilities(of: output),
      targetIDs: drafter.drafter.draftVocabulary?.targetIDs)
  }

  /// Runs the frontiers of all trees in one call. `states` are those that the rows of each frontier start from.
  private func expand(
    _ lines: [DecodingLine], _ trees: inout [DynamicTree], _ states: inout [[[Float]]], level: Int
  ) {
    var rows = FeatureRows()
    var tree = TreePlaces()
    for (index, line) in lines.enumerated() {
      // Behind the row of the root, which stands at the position before the last token's.
      let base = line.tokens.count - 1
      for (place, row) in trees[index].frontier.enumerated() {
        rows.append(
          state: states[index][row.parentRow ?? 0], token: row.token, line: line.cacheLine,
          position: Int32(base + level))
        let slot = base + level * size.topK + place
        tree.append(
          slot: Int32(slot), prefixEnd: Int32(base),
          ancestors: (row.ancestors.map { base + $0 } + [slot]).map(Int32.init))
      }
    }
    rows.tree = tree
    drafter.forward(rows, from: .drafter, outputs: Array(rows.tokens.indices))
    var next = 0
    for index in lines.indices {
      let own = next..<next + trees[index].frontier.count
      states[index] = own.map { Array(drafter.state(of: $0)) }
      trees[index].expand(own.map { proposals($0) })
      next = own.upperBound
    }
  }
}
