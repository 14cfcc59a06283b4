import Evaluation
import Randomness
import TestSupport
import Testing

@Suite struct SampledChainRuleTests {
  @Test(arguments: 1...3, [UInt64](1...5))
  func theOutputLawIsExactlyTheTargets(length: Int, seed: UInt64) {
    let cycle = ChainCycle(tables: ContextTables(seed: seed), length: length)
    #expect(cycle.deviation { cycle.run(&$0) } < 1e-9)
  }

  @Test(arguments: ChainCycle.Flaw.allCases)
  func aFlawedRuleHasAnotherLaw(flaw: ChainCycle.Flaw) {
    let cycle = ChainCycle(tables: ContextTables(seed: 1), length: 2)
    let deviation = cycle.deviation { cycle.run(flaw, &$0) }
    if flaw == .none { #expect(deviation < 1e-9) } else { #expect(deviation > 1e-2) }
  }

  @Test func acceptanceIsOneMinusTheTotalVariationDistance() {
    let tables = ContextTables(seed: 3)
    let (p, q) = (tables.target[0], tables.draft[0])
    let distance = zip(p, q).reduce(0) { $0 + Double(abs($1.0 - $1.1)) } / 2
    let rows = ProbabilityRows(values: p + q, vocabularySize: 4)
    #expect(abs(rows.acceptanceProbability(row: 0, draft: rows, draftRow: 1) - (1 - distance)) < 1e-12)
    var accepted = 0.0
    EnumeratingDecisions.enumerate {
      ChainCycle(tables: tables, length: 1).run(&$0)
    } collect: {
      emitted, probability in
      if emitted.count == 2 { accepted += probability }
    }
    #expect(distance > 0.1)
    #expect(abs(accepted - (1 - distance)) < 1e-12)
  }

  @Test func aPerfectDrafterIsAlwaysBelieved() {
    let p: [Float] = [0.5, 0.25, 0.125, 0.125]
    let rows = ProbabilityRows(values: p + p + p, vocabularySize: 4)
    var rule = SampledChainRule(vocabularySize: 4)
    var stream = RandomStream(seed: 1, purpose: .verification, sequence: 0, step: 0)
    for token in 0..<4 {
      let verdict = rule.verify(
        drafted: [Int32(token), 0], target: rows, targetRow: 0, draft: rows, draftRow: 0,
        decisions: &stream)
      #expect(verdict.acceptedCount == 2)
    }
  }

  @Test func anEmptyChainYieldsTheTargetsOwnToken() {
    let rows = ProbabilityRows(values: [0, 0, 1, 0], vocabularySize: 4)
    var rule = SampledChainRule(vocabularySize: 4)
    var stream = RandomStream(seed: 1, purpose: .verification, sequence: 0, step: 0)
    let verdict = rule.verify(
      drafted: [], target: rows, targetRow: 0, draft: rows, draftRow: 0, decisions: &stream)
    #expect(verdict == Verdict(acceptedCount: 0, token: 2))
  }

  /// Says no to everything, which no random number can do where the distributions are equal.
  private struct Refusal: DecisionSource {
    var weights: [Double] = []
    mutating func accepts(probability: Double) -> Bool { false }
    mutating func draw(from weights: [Double]) -> Int {
      self.weights = weights
      return 0
    }
  }

  @Test func aResidualWithoutMassFallsBackToTheTarget() {
    let p: [Float] = [0.5, 0.25, 0.25, 0]
    let rows = ProbabilityRows(values: p + p, vocabularySize: 4)
    var rule = SampledChainRule(vocabularySize: 4)
    var refusal = Refusal()
    _ = rule.verify(
      drafted: [1], target: rows, targetRow: 0, draft: rows, draftRow: 0, decisions: &refusal)
    #expect(refusal.weights == p.map(Double.init))
  }

  @Test func aTokenWithoutDraftMassIsRejected() {
    let rows = ProbabilityRows(values: [1, 0, 0, 0, 0, 1, 0, 0], vocabularySize: 4)
    var rule = SampledChainRule(vocabularySize: 4)
    var stream = RandomStream(seed: 1, purpose: .verification, sequence: 0, step: 0)
    let verdict = rule.verify(
      drafted: [0], target: rows, targetRow: 0, draft: rows, draftRow: 1, decisions: &stream)
    #expect(verdict == Verdict(acceptedCount: 0, token: 0))
  }
}
