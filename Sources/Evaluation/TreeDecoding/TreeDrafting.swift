internal import Randomness

/// The drafter's half of a cycle: a tree behind the last token of every line.
struct TreeDrafting<Runner: TreeRunner> {
  private(set) var runner: Runner
  private let shape: DraftShape
  private var proposer: CandidateProposer

  /// - Parameter remembers: whether `distribution` will be asked of what is drafted.
  init(_ runner: Runner, shape: DraftShape, vocabularySize: Int, seed: UInt64, remembers: Bool) {
    self.runner = runner
    self.shape = shape
    proposer = CandidateProposer(
      shape.draw, tokens: runner.tokens, vocabularySize: vocabularySize, seed: seed, remembers: remembers)
  }

  /// Forgets what was on a cache line.
  mutating func clear(_ line: Int32) { runner.clear(line) }

  /// Takes the target's state of the next position of a cache line.
  mutating func take(_ state: ArraySlice<Float>, line: Int32) { runner.take(state, line: line) }

  /// Grows a tree behind the last token of every line.
  mutating func draft(_ lines: [DecodingLine]) -> [DraftedTree] {
    var trees = lines.map { shape.tree(root: $0.tokens[$0.tokens.count - 1]) }
    proposer.begin(lines)
    var first = [[DraftCandidate]](repeating: [], count: lines.count)
    runner.readText(lines) { line, logProbabilities in
      first[line] = proposer.propose(trees[line].rootProposalCount, line: line, logProbabilities)
    }
    for index in trees.indices { trees[index].start(first[index]) }
    while trees.contains(where: { !$0.frontier.isEmpty }) { expand(&trees, lines) }
    return trees.enumerated().map { line, tree in
      DraftedTree(
        tree: tree.finish(), distributions: proposer.distributions(line: line, of: tree),
        said: proposer.said(line: line, of: tree))
    }
  }

  /// The drafter's distribution after a node with children, [v], as the line's warpers leave it.
  mutating func distribution(after node: Int, of drafted: DraftedTree, _ line: DecodingLine) -> [Float] {
    guard let said = drafted.said[node] else {
      preconditionFailure("TreeDrafting: node \(node) said nothing")
    }
    return proposer.warped(said[...], line.sampling)
  }

  /// Runs the frontiers of all trees in one call.
  private mutating func expand(_ trees: inout [any GrowingTree], _ lines: [DecodingLine]) {
    let rows = trees.enumerated().flatMap { line, tree in tree.frontier.map { TreeRow(line: line, row: $0) } }
    var proposals = trees.map { _ in [[DraftCandidate]]() }
    runner.readTree(rows, of: lines) { index, logProbabilities in
      let row = rows[index]
      proposals[row.line].append(
        proposer.propose(row.row.proposalCount, line: row.line, logProbabilities))
    }
    let acceptance = runner.acceptance()
    for line in trees.indices where !proposals[line].isEmpty {
      if let acceptance {
        trees[line].judge(rows.indices.filter { rows[$0].line == line }.map { acceptance[$0] })
      }
      trees[line].expand(proposals[line])
    }
  }
}

/// A tree, and what its candidates were drawn from where they were drawn.
struct DraftedTree {
  let tree: DraftTree
  /// The drafter's distribution after each node that has children; empty where candidates were not drawn.
  let distributions: [Int: [Double]]
  /// Log-probabilities of the rows of the drafter's head after each node that has proposed, where they are remembered.
  let said: [Int: [Float]]
}
