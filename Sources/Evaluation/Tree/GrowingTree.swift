/// A tree that a drafter is filling, of either kind.
enum GrowingTree {
  case dynamic(DynamicTree)
  case fixed(GrowingStaticTree)

  /// How many tokens the root is to propose.
  var rootProposalCount: Int {
    switch self {
    case .dynamic(let tree): tree.topK
    case .fixed(let tree): tree.rootProposalCount
    }
  }

  /// The rows to run now; empty once the tree is grown.
  var frontier: [FrontierRow] {
    switch self {
    case .dynamic(let tree): tree.frontier
    case .fixed(let tree): tree.frontier
    }
  }

  /// Takes what follows the root.
  mutating func start(_ proposals: [DraftCandidate]) {
    switch self {
    case .dynamic(var tree):
      tree.start(proposals)
      self = .dynamic(tree)
    case .fixed(var tree):
      tree.start(proposals)
      self = .fixed(tree)
    }
  }

  /// Takes what follows the rows of the frontier.
  mutating func expand(_ proposals: [[DraftCandidate]]) {
    switch self {
    case .dynamic(var tree):
      tree.expand(proposals)
      self = .dynamic(tree)
    case .fixed(var tree):
      tree.expand(proposals)
      self = .fixed(tree)
    }
  }

  /// The tree.
  func finish() -> DraftTree {
    switch self {
    case .dynamic(let tree): tree.finish()
    case .fixed(let tree): tree.finish()
    }
  }
}
