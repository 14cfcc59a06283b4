/// Where rows that are nodes of draft trees are kept in their cache lines, and what they see; one entry per row.
package struct TreePlaces: Sendable {
  /// Where each row is kept, apart from all others of its line.
  package var slots: [Int32] = []
  /// Each row sees positions 0 ..< prefixEnd of its line.
  package var prefixEnd: [Int32] = []
  /// Places of each row's ancestors and of itself, ascending, none below its `prefixEnd`.
  package var ancestors: [[Int32]] = []

  /// No rows.
  package init() {}

  /// Appends a row.
  package mutating func append(slot: Int32, prefixEnd: Int32, ancestors: [Int32]) {
    slots.append(slot)
    self.prefixEnd.append(prefixEnd)
    self.ancestors.append(ancestors)
  }

  /// Room for the longest list of ancestors, rounded up so that there are few plans.
  package var width: Int { CachedDecoder.rounded(ancestors.reduce(1) { max($0, $1.count) }) }

  /// All lists, filled up with -1 to [rows, width].
  func ancestors(rows: Int, width: Int) -> [Int32] {
    let lists = ancestors + [[Int32]](repeating: [], count: rows - ancestors.count)
    return lists.flatMap { $0.padded(to: width, with: -1) }
  }
}
