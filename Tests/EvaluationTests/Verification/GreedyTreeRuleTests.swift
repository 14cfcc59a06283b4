import Evaluation
import Randomness
import Testing

@Suite struct GreedyTreeRuleTests {
  /// A random tree over tokens 0 ... 2, so that choices often match; siblings repeat tokens only where asked.
  private func tree(_ philox: Philox, repeating: Bool) -> DraftTree {
    var (tokens, parents): ([Int32], [Int]) = ([0], [-1])
    for node in 1..<20 {
      let parent = philox.below(tokens.count, step: 1, index: UInt64(node))
      let token = Int32(philox.below(3, step: 2, index: UInt64(node)))
      let siblings = tokens.indices.filter { parents[$0] == parent }.map { tokens[$0] }
      if !repeating && siblings.contains(token) { continue }
      tokens.append(token)
      parents.append(parent)
    }
    return DraftTree(tokens: tokens, parents: parents)
  }

  /// Matches multiplied along every path from root to leaf; the first of the longest.
  private func longestPath(_ tree: DraftTree, _ choices: [Int32]) -> ArraySlice<Int> {
    var best: ArraySlice<Int> = []
    for leaf in tree.leaves {
      let path = tree.path(to: leaf)
      let matches = zip(path, path.dropFirst()).map { tree.tokens[$1] == choices[$0] ? 1 : 0 }
      var product = 1
      let length = matches.reduce(0) { sum, match in
        product *= match
        return sum + product
      }
      if length > best.count { best = path.dropFirst().prefix(length) }
    }
    return best
  }

  @Test func theWalkIsTheLongestMatchOfAllPaths() {
    var lengths: Set<Int> = []
    for seed in 0..<400 as Range<UInt64> {
      let philox = Philox(seed: seed, purpose: .other(3))
      let tree = tree(philox, repeating: seed % 2 == 1)
      // The choice after equal texts is equal, as it is for a target.
      let choices = tree.tokens.indices.map { node in
        let text = tree.path(to: node).reduce(0 as UInt64) { $0 * 4 + UInt64(tree.tokens[$1]) + 1 }
        return Int32(philox.below(3, step: 3, index: text))
      }
      let verdict = GreedyTreeRule.verify(tree: tree, targetChoices: choices[...])
      let expected = longestPath(tree, choices)
      let tokens = verdict.acceptedNodes.map { tree.tokens[$0] }
      #expect(tokens == expected.map { tree.tokens[$0] }, "seed \(seed)")
      if seed % 2 == 0 { #expect(verdict.acceptedNodes[...] == expected, "seed \(seed)") }
      #expect(verdict.token == choices[verdict.acceptedNodes.last ?? 0], "seed \(seed)")
      lengths.insert(verdict.acceptedCount)
    }
    #expect(lengths.isSuperset(of: 0...3))
  }

  @Test(arguments: [([7, 8, 9], 3), ([7, 8, 5], 2), ([1, 8, 9], 0)] as [([Int32], Int)])
  func aTreeWithOnePathIsAChain(choices: [Int32], accepted: Int) {
    let targetChoices = choices + [4]
    let chain = GreedyChainRule.verify(drafted: [7, 8, 9], targetChoices: targetChoices[...])
    let verdict = GreedyTreeRule.verify(tree: .chain([0, 7, 8, 9]), targetChoices: targetChoices[...])
    #expect(verdict == TreeVerdict(acceptedNodes: Array(1..<accepted + 1), token: chain.token))
    #expect(verdict.acceptedCount == chain.acceptedCount)
  }

  @Test func theDeepestOfRepeatedSiblingsWins() {
    let tree = DraftTree(tokens: [0, 5, 5, 6], parents: [-1, 0, 0, 2])
    #expect(
      GreedyTreeRule.verify(tree: tree, targetChoices: [5, 6, 6, 7])
        == TreeVerdict(acceptedNodes: [2, 3], token: 7))
    #expect(
      GreedyTreeRule.verify(tree: tree, targetChoices: [5, 1, 1, 7])
        == TreeVerdict(acceptedNodes: [1], token: 1))
  }
}
