import Evaluation
import Randomness

/// A fake drafter whose proposals are a function of the path alone, and the tree written out naively: all paths
/// in one list, no rows, no parents by index.
struct PathDrafter: Sendable {
  /// How the probabilities of siblings look.
  enum Confidence: CaseIterable {
    case random, tied, certain, impossible
  }

  let seed: UInt64
  let confidence: Confidence
  /// How many tokens each row proposes.
  let width: Int

  /// The likeliest tokens after a path, siblings all different.
  func proposals(after path: [Int32]) -> [DraftCandidate] {
    let philox = Philox(seed: seed, purpose: .other(4))
    let step = path.reduce(1 as UInt64) { $0 &* 1_000_003 &+ UInt64($1) &+ 1 }
    let shift = philox.below(50, step: step, index: 1000)
    let values = (0..<width).map { rank -> Double in
      switch confidence {
      case .random: -6 * philox.uniform(step: step, index: UInt64(rank))
      case .tied: -Double(philox.below(2, step: step, index: UInt64(rank)))
      case .certain: 0
      case .impossible: rank == 0 ? 0 : -.infinity
      }
    }
    return values.sorted(by: >).enumerated().map { rank, value in
      DraftCandidate(token: Int32((rank + shift) % 50), logProbability: value)
    }
  }

  /// Lets a builder ask this drafter until it is done; checks every row it asks for.
  func build(nodeCount: Int, depth: Int, topK: Int, check: (Bool) -> Void = { _ in }) -> DynamicTree {
    var tree = DynamicTree(nodeCount: nodeCount, depth: depth, topK: topK, root: 99)
    tree.start(proposals(after: []))
    var rows: [[Int32]] = []
    while !tree.frontier.isEmpty {
      let paths = tree.frontier.map { row in (row.parent.map { rows[$0] } ?? []) + [row.token] }
      for (row, path) in zip(tree.frontier, paths) {
        check(row.ancestors.map { rows[$0] } == path.indices.dropFirst().map { Array(path[..<$0]) })
      }
      check(tree.frontier.map(\.number) == Array(rows.count..<rows.count + paths.count))
      rows += paths
      tree.expand(paths.map(proposals))
    }
    for candidate in tree.candidates {
      check((candidate.row.map { rows[$0].count } ?? 0) == candidate.level - 1)
    }
    return tree
  }

  /// The paths that the finished tree must have, in order, with their scores.
  func bestPaths(nodeCount: Int, depth: Int, topK: Int) -> [(path: [Int32], score: Double)] {
    typealias Scored = (path: [Int32], score: Double)
    func best(_ paths: [Scored], _ count: Int) -> [(offset: Int, element: Scored)] {
      let ordered = paths.enumerated().sorted {
        ($0.element.score, -$0.offset) > ($1.element.score, -$1.offset)
      }
      return Array(ordered.prefix(count))
    }
    func children(_ parent: Scored) -> [Scored] {
      proposals(after: parent.path).map { (parent.path + [$0.token], parent.score + $0.logProbability) }
    }
    var level = children(([], 0))
    var all = level
    for _ in 0..<depth {
      let next = level.flatMap(children)
      all += next
      level = best(next, topK).map(\.element)
    }
    return best(all, nodeCount - 1).sorted { $0.offset < $1.offset }.map(\.element)
  }
}
