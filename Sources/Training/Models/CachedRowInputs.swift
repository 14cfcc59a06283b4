package import Autodiff

/// Where in a graph stands what every decoder over a cache tells of its rows: their line, their place, what they see.
package struct CachedRowInputs: Sendable {
  /// Rows of the plan; those that a call has too few are padding.
  package let rowCount: Int
  /// int [rows]: rotary positions.
  package let positions: Tensor
  private let sequences: Tensor
  private let tree: (slots: Tensor, seen: CachedTree<Tensor>)?

  /// Records the inputs in `g`.
  ///
  /// - Parameter ancestors: most ancestors of a row, see `TreePlaces.width`; 0 where rows see their line up to themselves.
  package init(rows: Int, ancestors: Int, in g: inout Graph) {
    func integers() -> Tensor { g.input([rows], .int32) }
    rowCount = rows
    (positions, sequences) = (integers(), integers())
    tree =
      ancestors == 0
      ? nil
      : (integers(), CachedTree(prefixEnd: integers(), ancestors: g.input([rows, ancestors], .int32)))
  }

  /// What the rows attend to in `cache`.
  package func context(_ cache: KeyValueCache) -> AttentionContext {
    guard let tree else { return .cached(cache, sequences: sequences, slots: positions) }
    return .cachedTree(cache, sequences: sequences, slots: tree.slots, tree.seen)
  }

  /// Writes the rows of a call. `places` are given where the inputs were made for a tree.
  package func write(
    sequences lines: [Int32], positions: [Int32], tree places: TreePlaces?, to executor: Executor
  ) {
    precondition((places == nil) == (tree == nil), "a plan with a tree runs trees, one without runs none")
    executor.write(lines.padded(to: rowCount, with: -1), to: sequences)
    executor.write(positions.padded(to: rowCount, with: 0), to: self.positions)
    guard let tree, let places else { return }
    executor.write(places.slots.padded(to: rowCount, with: 0), to: tree.slots)
    executor.write(places.prefixEnd.padded(to: rowCount, with: 0), to: tree.seen.prefixEnd)
    let width = tree.seen.ancestors.shape.columns
    executor.write(places.ancestors(rows: rowCount, width: width), to: tree.seen.ancestors)
  }
}

extension [Int32] {
  /// The numbers and as many of `filler` as they are short of `count`.
  package func padded(to count: Int, with filler: Int32) -> [Int32] {
    self + [Int32](repeating: filler, count: count - self.count)
  }
}
