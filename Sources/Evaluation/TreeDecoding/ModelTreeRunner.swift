internal import Models

/// Grows trees with a language model of its own.
///
/// Source: Miao et al., "SpecInfer", 2024.
struct ModelTreeRunner: TreeRunner {
  private let drafter: CachedDecoder
  /// Per cache line: how many tokens of the text it has read.
  private var readCount: [Int]

  /// - Parameter drafter: gives log-probabilities (`CachedDecoder.init(…, normalizing:)`).
  init(_ drafter: CachedDecoder) {
    precondition(drafter.isNormalizing, "scores of paths are sums of log-probabilities")
    self.drafter = drafter
    readCount = [Int](repeating: 0, count: drafter.lineCount)
  }

  var lineCount: Int { drafter.lineCount }
  var capacity: Int { drafter.capacity }
  var tokens: [Int32]? { nil }
  var readsStates: Bool { false }

  mutating func clear(_ line: Int32) { readCount[Int(line)] = 0 }

  mutating func take(_ state: ArraySlice<Float>, line: Int32) {}

  mutating func readText(_ lines: [DecodingLine], _ found: (_ line: Int, ArraySlice<Float>) -> Void) {
    var (tokens, sequences, positions): ([Int32], [Int32], [Int32]) = ([], [], [])
    var ends: [(line: Int, row: Int)] = []
    func run() {
      guard !tokens.isEmpty else { return }
      drafter.forward(tokens: tokens, sequences: sequences, positions: positions, outputs: ends.map(\.row))
      for (output, end) in ends.enumerated() { drafter.withLogits(of: output) { found(end.line, $0) } }
      (tokens, sequences, positions, ends) = ([], [], [], [])
    }
    for (index, line) in lines.enumerated() {
      for position in readCount[Int(line.cacheLine)]..<line.tokens.count {
        tokens.append(line.tokens[position])
        sequences.append(line.cacheLine)
        positions.append(Int32(position))
        if position == line.tokens.count - 1 { ends.append((index, tokens.count - 1)) }
        if tokens.count == drafter.rowLimit { run() }
      }
      readCount[Int(line.cacheLine)] = line.tokens.count
    }
    run()
  }

  mutating func readTree(
    _ rows: [TreeRow], of lines: [DecodingLine], _ found: (_ row: Int, ArraySlice<Float>) -> Void
  ) {
    var places = TreePlaces()
    for row in rows { places.append(row.row, behind: lines[row.line].tokens.count) }
    drafter.forward(
      tokens: rows.map(\.row.token), sequences: rows.map { lines[$0.line].cacheLine },
      positions: rows.map { Int32(lines[$0.line].tokens.count + $0.row.ancestors.count) },
      outputs: Array(rows.indices), tree: places)
    for index in rows.indices { drafter.withLogits(of: index) { found(index, $0) } }
  }
}
