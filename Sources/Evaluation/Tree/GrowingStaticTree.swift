/// Fills a fixed shape with tokens, level by level.
///
/// A row that proposes fewer tokens than its node has children leaves the children it lacks, and all below them, out:
/// drawing without replacement ends where a distribution has no mass left.
package struct GrowingStaticTree: Sendable {
  private let shape: StaticTree
  private var tokens: [Int32]
  private var parents = [-1]
  private var scores = [0.0]
  /// The tree's node of each node of the shape; nil where it was left out or is not reached yet.
  private var nodes: [Int?]
  /// The shape's nodes of the rows of the frontier.
  private var frontierNodes = [0]
  /// The tree's nodes that have proposed, in the order in which they did, the root first.
  package private(set) var proposers: [Int?] = []
  /// The rows to run now; empty before the first level is known and after the last.
  package private(set) var frontier: [FrontierRow] = []

  /// A tree of the root alone.
  package init(_ shape: StaticTree, root: Int32) {
    self.shape = shape
    tokens = [root]
    nodes = [Int?](repeating: nil, count: shape.count)
    nodes[0] = 0
  }

  /// How many tokens the root is to propose.
  package var rootProposalCount: Int { shape.childCounts[0] }

  /// Takes the first level, the first child first.
  package mutating func start(_ proposals: [DraftCandidate]) {
    precondition(proposers.isEmpty, "GrowingStaticTree: started twice")
    take([proposals])
  }

  /// Takes what the rows of the frontier propose, and turns to the next one.
  package mutating func expand(_ proposals: [[DraftCandidate]]) {
    precondition(
      !frontier.isEmpty && proposals.count == frontier.count,
      "GrowingStaticTree: proposals of \(proposals.count) rows for a frontier of \(frontier.count)")
    take(proposals)
  }

  /// The tree as far as it has grown.
  package func finish() -> DraftTree {
    DraftTree(tokens: tokens, parents: parents, pathLogProbabilities: scores)
  }

  private mutating func take(_ proposals: [[DraftCandidate]]) {
    var grown: [Int] = []
    for (node, candidates) in zip(frontierNodes, proposals) {
      guard let parent = nodes[node] else { continue }
      proposers.append(parent)
      for (child, candidate) in zip(shape.children(of: node), candidates) {
        nodes[child] = tokens.count
        tokens.append(candidate.token)
        parents.append(parent)
        scores.append(scores[parent] + candidate.logProbability)
        if shape.childCounts[child] > 0 { grown.append(child) }
      }
    }
    advance(to: grown)
  }

  private mutating func advance(to grown: [Int]) {
    // By the shape's nodes of the level above: what a row below stands under. The root's row is not one of the tree's.
    let above = [Int: [Int]](
      uniqueKeysWithValues: zip(frontierNodes, frontier.map { $0.ancestors + [$0.number] }))
    let first = (frontier.last?.number ?? -1) + 1
    frontier = grown.enumerated().map { place, node in
      FrontierRow(
        token: tokens[nodes[node] ?? 0], number: first + place, ancestors: above[shape.parents[node]] ?? [],
        proposalCount: shape.childCounts[node])
    }
    frontierNodes = grown
  }
}
