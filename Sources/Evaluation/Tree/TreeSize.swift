package import FileSystem

/// How large a draft tree may grow, in the words of EAGLE's code.
package struct TreeSize: Sendable, Hashable {
  /// Nodes at most, the root included.
  package let nodeCount: Int
  /// Expansions after the first level: depth d gives d + 1 levels of drafted tokens.
  package let depth: Int
  /// Tokens that a node proposes at most, and nodes that are expanded at a time.
  package let topK: Int

  /// A size by its numbers.
  ///
  /// - Throws: `InputError` (usage) for fewer than two nodes, a negative depth, no proposals, or more nodes than there
  ///   are candidates.
  package init(nodeCount: Int, depth: Int, topK: Int) throws(InputError) {
    func refuse(_ key: String, _ found: Int, _ expected: String) -> InputError {
      InputError(.usage, key: key, found: "\(found)", expected: expected)
    }
    guard nodeCount >= 2 else { throw refuse("nodes", nodeCount, "2 or more: the root and what is drafted") }
    guard depth >= 0 else { throw refuse("depth", depth, "0 or more expansions") }
    guard topK >= 1 else { throw refuse("top_k", topK, "1 or more") }
    let candidates = topK + depth * topK * topK
    guard nodeCount - 1 <= candidates else {
      throw refuse(
        "nodes", nodeCount,
        "at most \(candidates + 1): depth \(depth) and top-k \(topK) propose \(candidates) tokens")
    }
    (self.nodeCount, self.depth, self.topK) = (nodeCount, depth, topK)
  }

  /// Levels of drafted tokens.
  package var levels: Int { min(depth + 1, nodeCount - 1) }
  /// Rows that the drafter runs beside those that catch up.
  package var drafterRows: Int { depth * topK }
}
