/// The drafter's side of tree decoding: it reads the text of every line and the rows of the trees that grow behind it, and
/// says what may follow.
///
/// On a line the text stands first and the rows of the growing tree behind it, which the next cycle writes over.
protocol TreeRunner {
  /// Number of cache lines.
  var lineCount: Int { get }
  /// Positions of a line.
  var capacity: Int { get }
  /// The target's token of each row of the drafter's head; nil where they are the target's in order.
  var tokens: [Int32]? { get }
  /// Whether it reads the target's states: what `take` hands over.
  var readsStates: Bool { get }

  /// Forgets what was on a cache line.
  mutating func clear(_ line: Int32)
  /// Takes the target's state of the next position of a cache line.
  mutating func take(_ state: ArraySlice<Float>, line: Int32)
  /// Reads what it has not read of the lines, and hands over the log-probabilities of what follows each.
  mutating func readText(_ lines: [DecodingLine], _ found: (_ line: Int, ArraySlice<Float>) -> Void)
  /// Reads rows of the trees, in one call, and hands over the log-probabilities of what follows each.
  mutating func readTree(
    _ rows: [TreeRow], of lines: [DecodingLine], _ found: (_ row: Int, ArraySlice<Float>) -> Void)
  /// How likely the tokens that the rows of the last `readTree` read are accepted; nil where no acceptance head says it.
  mutating func acceptance() -> [Double]?
}

extension TreeRunner {
  /// None says it.
  mutating func acceptance() -> [Double]? { nil }
}

/// A row of the tree that grows on a line.
struct TreeRow {
  /// Index of the line.
  let line: Int
  let row: FrontierRow
}
