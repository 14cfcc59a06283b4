internal import Glibc

/// A chain of a drafter's likeliest tokens that may end before its full length, as a tree of one path.
struct GrowingChain: GrowingTree {
  private var tree: DynamicTree
  private var state: StopState
  private var isComplete = false
  /// How likely the token before the next is accepted; nil where no head says it.
  private var acceptance: Double?

  init(_ chain: AdaptiveChain, root: Int32) {
    tree = DynamicTree(
      nodeCount: chain.maximumLength + 1, depth: chain.maximumLength - 1, topK: 1, root: root)
    state = StopState(chain)
  }

  var rootProposalCount: Int { 1 }
  var frontier: [FrontierRow] { isComplete ? [] : tree.frontier }
  var proposers: [Int?] { tree.proposers }

  mutating func start(_ proposals: [DraftCandidate]) {
    tree.start(proposals)
    take(proposals)
  }

  mutating func judge(_ acceptance: [Double]) { self.acceptance = acceptance[0] }

  mutating func expand(_ proposals: [[DraftCandidate]]) {
    tree.expand(proposals)
    take(proposals[0])
  }

  func finish() -> DraftTree { tree.finish() }

  private mutating func take(_ proposals: [DraftCandidate]) {
    isComplete = state.endsBehind(
      confidence: exp(proposals[0].logProbability), acceptance: acceptance)
  }
}
