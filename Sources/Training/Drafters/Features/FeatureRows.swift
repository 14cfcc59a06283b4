package import Models

/// Rows for a `FeatureDecoder`: one entry each.
package struct FeatureRows: Sendable {
  /// The states that rows read, [n, width], one row after another.
  package var states: [Float] = []
  /// The token after each state.
  package var tokens: [Int32] = []
  /// Cache lines.
  package var sequences: [Int32] = []
  /// Rotary positions, and where in its line a row is kept if there is no tree.
  package var positions: [Int32] = []
  /// Where rows are kept and what they see, where that is not their line up to their position.
  package var tree: TreePlaces?

  /// No rows.
  package init() {}

  /// Appends a row.
  package mutating func append(state: some Sequence<Float>, token: Int32, line: Int32, position: Int32) {
    states += state
    tokens.append(token)
    sequences.append(line)
    positions.append(position)
  }
}
