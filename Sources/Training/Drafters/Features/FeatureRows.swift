/// Rows for a `FeatureDecoder`: one entry each.
package struct FeatureRows: Sendable {
  /// What the nodes of a tree see, see `CachedTree`.
  package struct Tree: Sendable {
    /// Positions of its line that a row sees, [n].
    package var prefixEnd: [Int32]
    /// Places of each row's ancestors and of itself, ascending, none below `prefixEnd`.
    package var ancestors: [[Int32]]

    /// A tree by what its rows see.
    package init(prefixEnd: [Int32], ancestors: [[Int32]]) {
      (self.prefixEnd, self.ancestors) = (prefixEnd, ancestors)
    }
  }

  /// The states that rows read, [n, width], one row after another.
  package var states: [Float] = []
  /// The token after each state.
  package var tokens: [Int32] = []
  /// Cache lines.
  package var sequences: [Int32] = []
  /// Rotary positions.
  package var positions: [Int32] = []
  /// Where in its line a row is kept; the same as `positions` but for nodes of a tree.
  package var slots: [Int32] = []
  /// Nil where each row sees its line up to itself.
  package var tree: Tree?

  /// No rows.
  package init() {}

  /// Appends a row that is kept at its own position.
  package mutating func append(state: some Sequence<Float>, token: Int32, line: Int32, position: Int32) {
    states += state
    tokens.append(token)
    sequences.append(line)
    positions.append(position)
    slots.append(position)
  }
}
