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

  /// The nodes of one depth that have children: the rows that a drafter runs to write the next level.
  package func innerNodes(depth: Int) -> [Int] {
    paths.indices.filter { paths[$0].count == depth && childCounts[$0] > 0 }
  }

  /// The tree with tokens.
  ///
  /// - Parameters:
  ///   - root: the last token that is known.
  ///   - candidates: `[n]`: after each node the likeliest tokens, the likeliest first, at least as many as the
  ///     node has children.
  package func draftTree(root: Int32, candidates: [[DraftCandidate]]) -> DraftTree {
    precondition(
      candidates.count == count, "StaticTree: candidates for \(candidates.count) of \(count) nodes")
    var tokens = [root]
    var scores = [0.0]
    for node in 1..<count {
      let parent = parents[node]
      precondition(
        candidates[parent].count >= childCounts[parent],
        "StaticTree: \(candidates[parent].count) candidates for \(childCounts[parent]) children")
      let candidate = candidates[parent][paths[node][paths[node].count - 1]]
      tokens.append(candidate.token)
      scores.append(scores[parent] + candidate.logProbability)
    }
    return DraftTree(tokens: tokens, parents: parents, pathLogProbabilities: scores)
  }

  private static func error(_ path: [Int], _ expected: String) -> InputError {
    InputError(.usage, key: "tree", found: "\(path)", expected: expected)
  }
}
