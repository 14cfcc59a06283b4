package import FileSystem

/// The shape of a draft tree that is the same in every cycle.
///
/// A node is named by its path: `[0, 2]` is the third likeliest token after the likeliest one. Nodes are ordered
/// by depth and then by path. Node 0 is the root, which the list of paths does not name.
///
/// Source: the tree choices of Medusa and EAGLE-1.
package struct StaticTree: Sendable, Hashable {
  /// The path of every node: `[n]`, empty for the root.
  package let paths: [[Int]]
  /// The parent of every node: `[n]`, −1 for the root.
  package let parents: [Int]
  /// How many children every node has: `[n]`.
  package let childCounts: [Int]

  /// EAGLE-1's tree: 25 nodes below the root, 5 levels.
  ///
  /// Source: `mc_sim_7b_63` of eagle/model/choices.py.
  package static let eagle = StaticTree(
    checked: [
      [0], [1], [2], [3],
      [0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [2, 0], [2, 1], [3, 0],
      [0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 1, 0], [0, 1, 1], [0, 2, 0], [0, 2, 1], [1, 0, 0],
      [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 2],
      [0, 0, 0, 0, 0], [0, 0, 0, 0, 1],
    ])

  /// Checks and keeps a shape.
  ///
  /// - Parameter paths: all nodes but the root, in any order.
  /// - Throws: `InputError` (usage) for an empty or repeated path, one whose parent is missing, or siblings that
  ///   are not numbered 0, 1, 2 ….
  package init(paths: [[Int]]) throws(InputError) {
    let known = Set(paths)
    for (i, path) in paths.enumerated() {
      guard let last = path.last, path.allSatisfy({ $0 >= 0 }), !paths[..<i].contains(path) else {
        throw Self.error(path, "different paths of one or more numbers ≥ 0")
      }
      let parent = Array(path.dropLast())
      guard parent.isEmpty || known.contains(parent) else {
        throw Self.error(path, "its parent \(parent) in the list too")
      }
      guard last == 0 || known.contains(parent + [last - 1]) else {
        throw Self.error(path, "its sibling \(parent + [last - 1]) in the list too")
      }
    }
    self.init(checked: paths)
  }

  /// A tree whose nodes of a level all have the same number of children.
  ///
  /// - Parameter branches: children of a node, level by level.
  /// - Throws: `InputError` (usage) for a number below 1, and for more than 1,024 nodes.
  package init(branches: [Int]) throws(InputError) {
    var (level, all): ([[Int]], [[Int]]) = ([[]], [])
    for count in branches {
      guard count >= 1, all.count + level.count * count < 1024 else {
        throw InputError(
          .usage, key: "branches", found: "\(branches)", expected: "numbers ≥ 1, and at most 1,024 nodes")
      }
      level = level.flatMap { path in (0..<count).map { path + [$0] } }
      all += level
    }
    self.init(checked: all)
  }

  /// A shape that is known to be one.
  private init(checked paths: [[Int]]) {
    let ordered =
      [[]]
      + paths.sorted {
        $0.count < $1.count || ($0.count == $1.count && $0.lexicographicallyPrecedes($1))
      }
    let parents = ordered.map { path in
      path.isEmpty ? -1 : ordered.firstIndex(of: Array(path.dropLast())) ?? -1
    }
    var childCounts = [Int](repeating: 0, count: ordered.count)
    for parent in parents.dropFirst() { childCounts[parent] += 1 }
    self.paths = ordered
    self.parents = parents
    self.childCounts = childCounts
  }

  /// How many nodes the tree has, the root included.
  package var count: Int { paths.count }

  /// The depth of the deepest node.
  package var maximumDepth: Int { paths.last?.count ?? 0 }

  /// The children of a node, in order.
  package func children(of node: Int) -> [Int] { parents.indices.filter { parents[$0] == node } }

  private static func error(_ path: [Int], _ expected: String) -> InputError {
    InputError(.usage, key: "tree", found: "\(path)", expected: expected)
  }
}
