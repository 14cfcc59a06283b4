/// A tree of drafted tokens, as the target verifies it in one call.
///
/// Node 0 is the root: the last token that is known, whose continuation is drafted. It counts as a node, as in
/// EAGLE's `total_token`. Every other node stands behind its parent, so the order is topological. A row of the
/// target reads the context and the nodes of `path(to:)` its node, and nothing else of the tree.
///
/// Letters: n the number of nodes.
package struct DraftTree: Sendable, Hashable {
  /// The token of each node: `[n]`.
  package let tokens: [Int32]
  /// The parent of each node: `[n]`, −1 for the root.
  package let parents: [Int]
  /// How many edges lie between each node and the root: `[n]`. A node's position is the root's plus its depth.
  package let depths: [Int]
  /// The drafter's log-probability of each node's path from the root: `[n]`, 0 for the root; nil if unknown.
  package let pathLogProbabilities: [Double]?

  /// Nodes but the root, grouped by parent in tree order: `[n - 1]`.
  private let childList: [Int]
  /// Children of node i are `childList[childStarts[i]..<childStarts[i + 1]]`: `[n + 1]`.
  private let childStarts: [Int]

  /// A tree from its nodes.
  ///
  /// - Parameters:
  ///   - tokens: `[n]`, n ≥ 1.
  ///   - parents: `[n]`, −1 first, every other a lower index.
  ///   - pathLogProbabilities: `[n]` or nil.
  package init(tokens: [Int32], parents: [Int], pathLogProbabilities: [Double]? = nil) {
    precondition(
      !tokens.isEmpty && parents.count == tokens.count
        && (pathLogProbabilities?.count ?? tokens.count) == tokens.count,
      "DraftTree: \(tokens.count) tokens, \(parents.count) parents")
    precondition(parents[0] == -1, "DraftTree: the root has parent \(parents[0])")
    self.tokens = tokens
    self.parents = parents
    self.pathLogProbabilities = pathLogProbabilities
    var depths = [0]
    var starts = [Int](repeating: 0, count: tokens.count + 1)
    for node in 1..<tokens.count {
      let parent = parents[node]
      precondition(parent >= 0 && parent < node, "DraftTree: node \(node) has parent \(parent)")
      depths.append(depths[parent] + 1)
      starts[parent + 1] += 1
    }
    for node in tokens.indices { starts[node + 1] += starts[node] }
    var next = starts
    var list = [Int](repeating: 0, count: tokens.count - 1)
    for node in 1..<tokens.count {
      list[next[parents[node]]] = node
      next[parents[node]] += 1
    }
    self.depths = depths
    childList = list
    childStarts = starts
  }

  /// A tree with one path.
  ///
  /// - Parameter tokens: the root's token and the drafted ones.
  package static func chain(_ tokens: [Int32]) -> DraftTree {
    DraftTree(tokens: tokens, parents: tokens.indices.map { $0 - 1 })
  }

  /// How many nodes the tree has, the root included.
  package var count: Int { tokens.count }

  /// The depth of the deepest node.
  package var maximumDepth: Int { depths.reduce(0, max) }

  /// The children of a node, in tree order.
  package func children(of node: Int) -> ArraySlice<Int> {
    childList[childStarts[node]..<childStarts[node + 1]]
  }

  /// Nodes without children, in tree order.
  package var leaves: [Int] { tokens.indices.filter { children(of: $0).isEmpty } }

  /// The nodes above a node, the root first; empty for the root.
  package func ancestors(of node: Int) -> [Int] { path(to: node).dropLast() }

  /// The nodes from the root to a node, both included.
  package func path(to node: Int) -> [Int] {
    var path = [node]
    var current = node
    while parents[current] >= 0 {
      current = parents[current]
      path.append(current)
    }
    return path.reversed()
  }
}
