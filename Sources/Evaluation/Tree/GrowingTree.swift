/// A tree that a drafter is filling, level by level.
protocol GrowingTree {
  /// How many tokens the root is to propose.
  var rootProposalCount: Int { get }
  /// The rows to run now; empty before the first level is known and once the tree is grown.
  var frontier: [FrontierRow] { get }
  /// The nodes of `finish()` that have proposed, in the order in which they did, the root first; nil for those that it
  /// leaves out.
  var proposers: [Int?] { get }

  /// Takes what follows the root, the likeliest or first drawn first.
  mutating func start(_ proposals: [DraftCandidate])
  /// Takes how likely the tokens of the frontier's rows are accepted, as an acceptance head says, before what follows them.
  mutating func judge(_ acceptance: [Double])
  /// Takes what follows the rows of the frontier, and turns to the next one.
  mutating func expand(_ proposals: [[DraftCandidate]])
  /// The tree as far as it has grown.
  func finish() -> DraftTree
}

extension GrowingTree {
  /// It grows as it would have.
  mutating func judge(_ acceptance: [Double]) {}
}

extension GrowingStaticTree: GrowingTree {}

extension DynamicTree: GrowingTree {
  var rootProposalCount: Int { topK }
}
