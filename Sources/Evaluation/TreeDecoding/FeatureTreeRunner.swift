internal import Drafters
internal import Models

/// Grows trees with a drafter that reads the target's states.
///
/// A line's rows in the drafter's cache are those of the target's states, at their positions, and behind them the rows of
/// the tree that is growing: own states are never kept.
///
/// Source: SafeAILab/EAGLE, `topK_genrate` and its `stable_kv`.
struct FeatureTreeRunner: TreeRunner {
  private let drafter: FeatureDecoder
  private let predictor: AcceptancePredictor?
  /// What the head read at the rows of the last call for trees, for the predictor.
  private var outputs: [Float] = []
  /// Per cache line: the target's states of positions that the drafter has not read.
  private var pending: [[Float]]
  /// Per cache line: how many positions it has read.
  private var readCount: [Int]
  /// Per cache line: what the root's row gave out, and the rows of the tree by their number.
  private var rootStates: [[Float]]
  private var rowStates: [[[Float]]]

  /// - Parameter predictor: judges the tokens of trees; the drafter must show what its head reads.
  init(_ drafter: FeatureDecoder, predictor: AcceptancePredictor?) {
    (self.drafter, self.predictor) = (drafter, predictor)
    let empty = [[Float]](repeating: [], count: drafter.lineCount)
    (pending, rootStates) = (empty, empty)
    readCount = [Int](repeating: 0, count: drafter.lineCount)
    rowStates = [[[Float]]](repeating: [], count: drafter.lineCount)
  }

  var lineCount: Int { drafter.lineCount }
  var capacity: Int { drafter.capacity }
  var tokens: [Int32]? { drafter.drafter.draftVocabulary?.targetIDs }
  var readsStates: Bool { true }

  mutating func clear(_ line: Int32) {
    pending[Int(line)].removeAll(keepingCapacity: true)
    readCount[Int(line)] = 0
  }

  mutating func take(_ state: ArraySlice<Float>, line: Int32) { pending[Int(line)] += state }

  /// Reads the pending states, each with the token after it; the last row of a line is its tree's root.
  mutating func readText(_ lines: [DecodingLine], _ found: (_ line: Int, ArraySlice<Float>) -> Void) {
    let width = drafter.stateSize(of: .target)
    var rows = FeatureRows()
    var ends: [(line: Int, row: Int)] = []
    func run() {
      guard !rows.tokens.isEmpty else { return }
      drafter.forward(rows, from: .target, outputs: ends.map(\.row))
      for (output, end) in ends.enumerated() {
        rootStates[Int(lines[end.line].cacheLine)] = Array(drafter.state(of: end.row))
        found(end.line, drafter.logProbabilities(of: output))
      }
      rows = FeatureRows()
      ends = []
    }
    for (index, line) in lines.enumerated() {
      let cacheLine = Int(line.cacheLine)
      let count = pending[cacheLine].count / width
      precondition(
        count > 0 && readCount[cacheLine] + count == line.tokens.count - 1,
        "FeatureTreeRunner: \(readCount[cacheLine]) + \(count) states for \(line.tokens.count) tokens")
      for offset in 0..<count {
        let position = readCount[cacheLine] + offset
        rows.append(
          state: pending[cacheLine][offset * width..<(offset + 1) * width], token: line.tokens[position + 1],
          line: line.cacheLine, position: Int32(position))
        if offset == count - 1 { ends.append((index, rows.tokens.count - 1)) }
        if rows.tokens.count == drafter.rowLimit { run() }
      }
      readCount[cacheLine] += count
      pending[cacheLine].removeAll(keepingCapacity: true)
      rowStates[cacheLine].removeAll(keepingCapacity: true)
    }
    run()
  }

  mutating func readTree(
    _ rows: [TreeRow], of lines: [DecodingLine], _ found: (_ row: Int, ArraySlice<Float>) -> Void
  ) {
    var batch = FeatureRows()
    var tree = TreePlaces()
    for row in rows {
      let line = lines[row.line]
      let cacheLine = Int(line.cacheLine)
      // Behind the row of the root, which stands at the position before the last token's.
      let base = line.tokens.count - 1
      batch.append(
        state: row.row.parent.map { rowStates[cacheLine][$0] } ?? rootStates[cacheLine],
        token: row.row.token, line: line.cacheLine, position: Int32(base + row.row.ancestors.count))
      tree.append(row.row, behind: base)
    }
    batch.tree = tree
    drafter.forward(batch, from: .drafter, outputs: Array(rows.indices))
    outputs = predictor == nil ? [] : rows.indices.flatMap { drafter.output(of: $0) }
    for (index, row) in rows.enumerated() {
      rowStates[Int(lines[row.line].cacheLine)].append(Array(drafter.state(of: index)))
      found(index, drafter.logProbabilities(of: index))
    }
  }

  mutating func acceptance() -> [Double]? { predictor?.probabilities(outputs).map(Double.init) }
}

extension TreePlaces {
  /// Appends a row of a growing tree whose first row is kept at position `base` of its line, behind the text.
  mutating func append(_ row: FrontierRow, behind base: Int) {
    let slot = Int32(base + row.number)
    append(slot: slot, prefixEnd: Int32(base), ancestors: row.ancestors.map { Int32(base + $0) } + [slot])
  }
}
