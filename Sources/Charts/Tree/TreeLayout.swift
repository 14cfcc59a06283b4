/// Where the nodes of a tree stand when it grows from left to right: a column for each depth, a row for each leaf.
///
/// A node stands in the row of its first child, so that the path of first children is a straight line.
package struct TreeLayout: Sendable, Equatable {
  /// Of each node: edges to the root.
  package let depths: [Int]
  /// Of each node, from 0.
  package let rows: [Int]
  /// Rows in use.
  package let rowCount: Int

  /// Lays a tree out.
  ///
  /// - Parameters:
  ///   - parents: nil for the root, which is first; every other a lower index.
  ///   - isFirst: whether a node comes before its siblings; those of equal standing keep their order.
  package init(parents: [Int?], isFirst: (Int) -> Bool) {
    var children = [[Int]](repeating: [], count: parents.count)
    var depths = [Int](repeating: 0, count: parents.count)
    for (node, parent) in parents.enumerated() {
      guard let parent else {
        precondition(node == 0, "TreeLayout: node \(node) is a second root")
        continue
      }
      precondition(parent < node, "TreeLayout: node \(node) stands before its parent \(parent)")
      children[parent].append(node)
      depths[node] = depths[parent] + 1
    }
    var rows = [Int](repeating: 0, count: parents.count)
    var next = 0
    // A stack in place of recursion: a tree may be as deep as a file says.
    var stack = parents.isEmpty ? [] : [0]
    while let node = stack.popLast() {
      rows[node] = next
      if children[node].isEmpty { next += 1 }
      let own = children[node]
      stack += (own.filter(isFirst) + own.filter { !isFirst($0) }).reversed()
    }
    (self.depths, self.rows, rowCount) = (depths, rows, next)
  }
}
