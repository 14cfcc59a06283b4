import Evaluation
import Testing

@Suite struct DynamicTreeTests {
  private func texts(_ tree: DraftTree) -> [[Int32]] {
    (1..<tree.count).map { node in tree.path(to: node).dropFirst().map { tree.tokens[$0] } }
  }

  @Test(arguments: PathDrafter.Confidence.allCases, [UInt64](1...6))
  func theTreeOfEAGLE2HasTheBestOf710Candidates(confidence: PathDrafter.Confidence, seed: UInt64) {
    let drafter = PathDrafter(seed: seed, confidence: confidence, width: 10)
    let builder = drafter.build(nodeCount: 60, depth: 7, topK: 10) { #expect($0) }
    #expect(builder.candidates.count == 710)
    let tree = builder.finish()
    #expect(tree.count == 60 && tree.tokens[0] == 99)
    let best = drafter.bestPaths(nodeCount: 60, depth: 7, topK: 10)
    #expect(texts(tree) == best.map(\.path))
    #expect(tree.pathLogProbabilities == [0] + best.map(\.score))
  }

  @Test(arguments: [(1, 7, 10), (2, 0, 1), (12, 0, 10), (9, 2, 3), (100, 1, 4), (30, 5, 2), (711, 7, 10)])
  func otherSizesHaveTheBestCandidatesToo(nodeCount: Int, depth: Int, topK: Int) {
    for seed in 1...20 as ClosedRange<UInt64> {
      let drafter = PathDrafter(seed: seed, confidence: seed % 2 == 0 ? .random : .tied, width: topK)
      let builder = drafter.build(nodeCount: nodeCount, depth: depth, topK: topK) { #expect($0) }
      #expect(builder.candidates.count == topK + depth * topK * topK)
      let tree = builder.finish()
      #expect(tree.count == min(nodeCount, builder.candidates.count + 1))
      let best = drafter.bestPaths(nodeCount: nodeCount, depth: depth, topK: topK)
      #expect(texts(tree) == best.map(\.path), "seed \(seed)")
    }
  }

  @Test func certainTokensStayConnectedFromTheShallowestOn() {
    let drafter = PathDrafter(seed: 1, confidence: .certain, width: 10)
    let tree = drafter.build(nodeCount: 60, depth: 7, topK: 10).finish()
    #expect(tree.depths == [0] + Array(repeating: 1, count: 10) + Array(repeating: 2, count: 49))
  }

  @Test func oneTokenPerRowIsAChainOfDepthPlusOneLevels() {
    let drafter = PathDrafter(seed: 3, confidence: .random, width: 1)
    let tree = drafter.build(nodeCount: 60, depth: 7, topK: 1).finish()
    var text: [Int32] = []
    for _ in 0..<8 { text.append(drafter.proposals(after: text)[0].token) }
    #expect(tree.tokens == [99] + text)
    #expect(tree.parents == DraftTree.chain(tree.tokens).parents)
    #expect(tree.maximumDepth == 8)
  }

  @Test func aVocabularySmallerThanTopKIsEnough() {
    let drafter = PathDrafter(seed: 4, confidence: .random, width: 3)
    let builder = drafter.build(nodeCount: 40, depth: 3, topK: 10) { #expect($0) }
    #expect(builder.candidates.count == 3 + 9 + 27 + 30)
    #expect(texts(builder.finish()) == drafter.bestPaths(nodeCount: 40, depth: 3, topK: 10).map(\.path))
  }

  @Test func keptNodesKnowTheRowThatProposedThem() {
    let drafter = PathDrafter(seed: 5, confidence: .random, width: 4)
    let builder = drafter.build(nodeCount: 20, depth: 3, topK: 4)
    let tree = builder.finish()
    let kept = builder.kept()
    #expect(kept.map(\.token) == Array(tree.tokens.dropFirst()))
    #expect(kept.map(\.level) == Array(tree.depths.dropFirst()))
    for (candidate, node) in zip(kept, 1...) {
      guard let row = candidate.row, let parent = candidate.parent else {
        #expect(tree.parents[node] == 0)
        continue
      }
      // Expansion e runs rows 4 e … 4 e + 3, which read tokens of level e + 1.
      #expect(row / 4 == candidate.level - 2)
      #expect(builder.candidates[parent].token == tree.tokens[tree.parents[node]])
    }
  }

  @Test func aTreeMayBeFinishedEarly() {
    let drafter = PathDrafter(seed: 6, confidence: .random, width: 5)
    var builder = DynamicTree(nodeCount: 60, depth: 7, topK: 5, root: 99)
    #expect(builder.finish() == DraftTree(tokens: [99], parents: [-1], pathLogProbabilities: [0]))
    builder.start(drafter.proposals(after: []))
    #expect(builder.finish().count == 6)
    builder.expand(builder.frontier.map { drafter.proposals(after: [$0.token]) })
    #expect(texts(builder.finish()) == drafter.bestPaths(nodeCount: 60, depth: 1, topK: 5).map(\.path))
  }

  @Test func roundingAboveProbabilityOneIsCut() {
    #expect(DraftCandidate(token: 1, logProbability: 1e-9).logProbability == 0)
  }
}
