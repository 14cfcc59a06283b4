import Evaluation
import Randomness
import Testing

@Suite struct SampledTreeRuleTests {
  /// Two levels below the root, three children of which one has none; the last tree repeats a sibling.
  static let trees = [
    DraftTree(tokens: [0, 2, 0, 1, 1, 3, 0], parents: [-1, 0, 0, 0, 1, 1, 2]),
    DraftTree(tokens: [0, 3, 1, 0, 2, 0, 1, 2, 3], parents: [-1, 0, 0, 1, 1, 2, 2, 2, 2]),
    DraftTree(tokens: [0, 1, 1, 2, 3, 0], parents: [-1, 0, 0, 1, 2, 0]),
  ]

  /// The tokens on the path to a node, the root's excluded: the context of its row in the tables.
  private func text(_ tree: DraftTree, _ node: Int) -> [Int32] {
    tree.path(to: node).dropFirst().map { tree.tokens[$0] }
  }

  private func rows(_ tree: DraftTree, _ tables: ContextTables) -> ProbabilityRows {
    ProbabilityRows(
      values: tree.tokens.indices.flatMap { tables.target[ContextTables.index(text(tree, $0))] },
      vocabularySize: 4)
  }

  private func verify(
    _ tree: DraftTree, _ tables: ContextTables, _ decisions: inout some DecisionSource
  ) -> TreeVerdict {
    var rule = SampledTreeRule(vocabularySize: 4)
    return rule.verify(tree: tree, target: rows(tree, tables), targetRow: 0, decisions: &decisions)
  }

  @Test(arguments: trees, [UInt64](1...8))
  func theOutputLawIsExactlyTheTargets(tree: DraftTree, seed: UInt64) {
    let tables = ContextTables(seed: seed)
    let deviation = ChainCycle(tables: tables, length: 2).deviation { decisions in
      let verdict = verify(tree, tables, &decisions)
      return text(tree, verdict.acceptedNodes.last ?? 0) + [verdict.token]
    }
    #expect(deviation < 1e-9)
  }

  @Test(arguments: trees[..<2], [UInt64](1...8))
  func expectedAcceptanceIsTheSumOfPathProbabilities(tree: DraftTree, seed: UInt64) {
    let tables = ContextTables(seed: seed)
    let sum = (1..<tree.count).reduce(0.0) { $0 + tables.targetLaw(text(tree, $1)) }
    var mean = 0.0
    EnumeratingDecisions.enumerate {
      verify(tree, tables, &$0)
    } collect: {
      verdict, probability in
      mean += probability * Double(verdict.acceptedCount)
    }
    #expect(sum > 0.1)
    #expect(abs(mean - sum) < 1e-9)
  }

  @Test func judgingWithoutRenormalisingHasAnotherLaw() {
    let tree = Self.trees[0]
    let tables = ContextTables(seed: 1)
    let deviation = ChainCycle(tables: tables, length: 2).deviation { decisions in
      var node = 0
      while true {
        var p = tables.target[ContextTables.index(text(tree, node))].map(Double.init)
        let accepted = tree.children(of: node).first { child in
          let token = Int(tree.tokens[child])
          let stands = decisions.accepts(probability: p[token])
          if !stands { p[token] = 0 }
          return stands
        }
        guard let accepted else { return text(tree, node) + [Int32(decisions.draw(from: p))] }
        node = accepted
      }
    }
    #expect(deviation > 1e-2)
  }

  @Test func oneLevelIsTheRuleForDeterministicCandidates() {
    let tree = DraftTree(tokens: [0, 2, 0, 3], parents: [-1, 0, 0, 0])
    for seed in 1...8 as ClosedRange<UInt64> {
      let tables = ContextTables(seed: seed)
      var (law, expected) = ([Double](repeating: 0, count: 16), [Double](repeating: 0, count: 16))
      EnumeratingDecisions.enumerate {
        verify(tree, tables, &$0)
      } collect: {
        verdict, probability in
        let node = verdict.acceptedNodes.last
        law[(node ?? 0) * 4 + Int(node.map { tree.tokens[$0] } ?? verdict.token)] += probability
      }
      EnumeratingDecisions.enumerate {
        DeterministicCandidates().verify(
          candidates: [2, 0, 3], target: tables.target[0].map(Double.init), draft: [0, 0, 0, 0],
          decisions: &$0)
      } collect: {
        verdict, probability in
        expected[(verdict.acceptedIndex.map { $0 + 1 } ?? 0) * 4 + Int(verdict.token)] += probability
      }
      #expect(zip(law, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  @Test func aRootAloneYieldsTheTargetsOwnToken() {
    let rows = ProbabilityRows(values: [1, 0, 0, 0, 0, 0, 1, 0], vocabularySize: 4)
    var rule = SampledTreeRule(vocabularySize: 4)
    var stream = RandomStream(seed: 1, purpose: .verification, sequence: 0, step: 0)
    let verdict = rule.verify(tree: .chain([3]), target: rows, targetRow: 1, decisions: &stream)
    #expect(verdict == TreeVerdict(acceptedNodes: [], token: 2))
  }

  /// Says no to everything, which no random number can do where one child has all mass.
  private struct Refusal: DecisionSource {
    var weights: [Double] = []
    mutating func accepts(probability: Double) -> Bool { false }
    mutating func draw(from weights: [Double]) -> Int {
      self.weights = weights
      return 0
    }
  }

  @Test func rejectedChildrenWithAllMassFallBackToTheTarget() {
    let tree = DraftTree(tokens: [0, 1, 2], parents: [-1, 0, 0])
    let rows = ProbabilityRows(values: [0, 0.5, 0.5, 0] + [0, 0, 0, 0, 0, 0, 0, 0], vocabularySize: 4)
    var rule = SampledTreeRule(vocabularySize: 4)
    var refusal = Refusal()
    let verdict = rule.verify(tree: tree, target: rows, targetRow: 0, decisions: &refusal)
    #expect(verdict.acceptedNodes.isEmpty)
    #expect(refusal.weights == [0, 0.5, 0.5, 0])
  }
}
