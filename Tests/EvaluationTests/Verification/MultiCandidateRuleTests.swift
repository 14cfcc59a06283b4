import Evaluation
import Testing

@Suite struct MultiCandidateRuleTests {
  static let rules: [any MultiCandidateRule] = [
    DeterministicCandidates(), RecursiveRejection(.withReplacement), RecursiveRejection(.withoutReplacement),
    KSequentialRule(), GreedySchemeRule(),
  ]
  static let pairs = DistributionPair.edges + (0..<48).map { DistributionPair(seed: $0) }

  @Test(arguments: rules, 1...3)
  func theOutputLawIsExactlyTheTargets(rule: any MultiCandidateRule, count: Int) {
    for pair in Self.pairs {
      #expect(CandidateLaw(rule, pair, count: count).deviation(from: pair) < 1e-9, "\(pair)")
    }
  }

  @Test(arguments: rules, 1...3)
  func acceptanceIsWhatEnumerationFinds(rule: any MultiCandidateRule, count: Int) {
    for pair in Self.pairs {
      let law = CandidateLaw(rule, pair, count: count)
      let known = rule.acceptanceProbability(target: pair.target, draft: pair.draft, count: count)
      #expect(abs(law.acceptance - known) < 1e-9, "\(pair)")
      #expect(abs(law.judgedAcceptance - known) < 1e-9, "\(pair)")
    }
  }

  @Test(arguments: rules)
  func oneSampledCandidateIsAcceptedAsInAChain(rule: any MultiCandidateRule) {
    if rule is DeterministicCandidates { return }
    for pair in Self.pairs {
      let overlap = zip(pair.target, pair.draft).reduce(0) { $0 + min($1.0, $1.1) }
      let known = rule.acceptanceProbability(target: pair.target, draft: pair.draft, count: 1)
      #expect(abs(known - overlap) < 1e-12, "\(pair)")
    }
  }

  @Test(arguments: rules)
  func moreCandidatesAreNotAcceptedLess(rule: any MultiCandidateRule) {
    for pair in Self.pairs {
      let chances = (1...4).map {
        rule.acceptanceProbability(target: pair.target, draft: pair.draft, count: $0)
      }
      #expect(zip(chances, chances.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 }, "\(pair)")
    }
  }

  /// Candidates drawn in one way and judged in another: lossless in looks only.
  @Test(
    arguments: [
      (RecursiveRejection(.withReplacement), DeterministicCandidates()),
      (RecursiveRejection(.withoutReplacement), DeterministicCandidates()),
      (RecursiveRejection(.withReplacement), RecursiveRejection(.withoutReplacement)),
      (RecursiveRejection(.withoutReplacement), RecursiveRejection(.withReplacement)),
      (KSequentialRule(), DeterministicCandidates()), (GreedySchemeRule(), DeterministicCandidates()),
    ] as [(any MultiCandidateRule, any MultiCandidateRule)])
  func candidatesOfAnotherRuleBiasTheOutput(rule: any MultiCandidateRule, proposer: any MultiCandidateRule) {
    let pair = DistributionPair(target: [0.1, 0.2, 0.3, 0.4], draft: [0.4, 0.3, 0.2, 0.1])
    let law = CandidateLaw(rule, candidatesOf: proposer, pair, count: 2)
    #expect(law.deviation(from: pair) > 1e-2)
  }

  @Test(arguments: rules)
  func knownCandidatesMayComeFromAnywhere(proposer: any MultiCandidateRule) {
    for pair in Self.pairs {
      let law = CandidateLaw(DeterministicCandidates(), candidatesOf: proposer, pair, count: 3)
      #expect(law.deviation(from: pair) < 1e-9, "\(pair)")
    }
  }

  @Test func aRepeatedDeterministicCandidateCountsOnce() {
    let judgement = DeterministicCandidates().judgement(
      candidates: [1, 1, 0], target: [0.25, 0.5, 0.25, 0], draft: [])
    #expect(judgement.acceptance == [0.5, 0, 0.5])
    #expect(judgement.residual == [0, 0, 1, 0])
  }

  @Test func drawsWithoutReplacementEndWithTheDraftsTokens() {
    let pair = DistributionPair(target: [0.25, 0.25, 0.25, 0.25], draft: [0.5, 0, 0.5, 0])
    let law = CandidateLaw(RecursiveRejection(.withoutReplacement), pair, count: 3)
    #expect(law.proposedSets[0b0101] == 1)
  }
}
