/// What a drafter writes in a cycle.
package enum DraftShape: Sendable, Hashable {
  /// So many tokens one after another.
  case chain(Int)
  /// Fewer where the drafter has become unsure.
  case adaptive(AdaptiveChain)
  /// A tree that grows where the drafter is confident.
  case dynamic(TreeSize)
  /// The same tree in every cycle.
  case fixed(StaticTree, CandidateDraw)

  /// Levels of drafted tokens: so many calls of the drafter, and one less than a cycle can emit.
  package var levels: Int {
    switch self {
    case .chain(let length): length
    case .adaptive(let chain): chain.maximumLength
    case .dynamic(let size): size.levels
    case .fixed(let tree, _): tree.maximumDepth
    }
  }

  /// Rows that the target verifies in a cycle at most, the last known token's included.
  package var nodeCount: Int {
    switch self {
    case .chain(let length): length + 1
    case .adaptive(let chain): chain.maximumLength + 1
    case .dynamic(let size): size.nodeCount
    case .fixed(let tree, _): tree.count
    }
  }

  /// Rows that the drafter runs for a tree, beside those that read the text.
  var drafterRows: Int {
    switch self {
    case .chain(let length): length - 1
    case .adaptive(let chain): chain.maximumLength - 1
    case .dynamic(let size): size.drafterRows
    case .fixed(let tree, _): tree.childCounts.dropFirst().count { $0 > 0 }
    }
  }

  /// Rows of one line that the drafter runs in a call at most.
  package var frontierRows: Int {
    switch self {
    case .chain, .adaptive: 1
    case .dynamic(let size): size.topK
    case .fixed(let tree, _):
      Dictionary(grouping: tree.paths.indices.dropFirst().filter { tree.childCounts[$0] > 0 }) {
        tree.paths[$0].count
      }.values.map(\.count).max() ?? 1
    }
  }

  /// The chain that it is, with the rule that may end it earlier where there is one; nil for trees.
  package var chain: (length: Int, stop: AdaptiveChain?)? {
    switch self {
    case .chain(let length): (length, nil)
    case .adaptive(let chain): (chain.maximumLength, chain)
    case .dynamic, .fixed: nil
    }
  }

  /// Positions that a cache needs behind a text.
  package var room: Int { max(nodeCount, drafterRows) + 1 }

  /// How candidates are chosen.
  var draw: CandidateDraw {
    if case .fixed(_, let draw) = self { draw } else { .likeliest }
  }

  /// In words: `draft length 4`, `dynamic tree of 60 nodes, depth 7, top-k 10`.
  package var summary: String {
    switch self {
    case .chain(let length): "draft length \(length)"
    case .adaptive(let chain):
      "draft length \(chain.minimumLength) to \(chain.maximumLength), \(chain.rule.summary)"
    case .dynamic(let size):
      "dynamic tree of \(size.nodeCount) nodes, depth \(size.depth), top-k \(size.topK)"
    case .fixed(let tree, let draw):
      "static tree of \(tree.count) nodes, \(tree.maximumDepth) levels, candidates \(draw.rawValue)"
    }
  }

  /// An empty tree behind the last known token.
  func tree(root: Int32) -> any GrowingTree {
    switch self {
    case .chain(let length):
      DynamicTree(nodeCount: length + 1, depth: length - 1, topK: 1, root: root)
    case .adaptive(let chain): GrowingChain(chain, root: root)
    case .dynamic(let size):
      DynamicTree(nodeCount: size.nodeCount, depth: size.depth, topK: size.topK, root: root)
    case .fixed(let tree, _): GrowingStaticTree(tree, root: root)
    }
  }
}
