import Evaluation
import Testing

@Suite struct KSequentialRuleTests {
  static let pair = DistributionPair(target: [0.1, 0.2, 0.3, 0.4], draft: [0.4, 0.3, 0.2, 0.1])

  private func leastResidual(_ pair: DistributionPair, count: Int, divisor: Double) -> Double {
    KSequentialRule.residual(target: pair.target, draft: pair.draft, count: count, divisor: divisor).min()
      ?? 0
  }

  @Test func withoutTheDivisorTheResidualIsNegativeAndTheOutputBiased() {
    #expect(leastResidual(Self.pair, count: 2, divisor: 1) < -1e-2)
    let law = CandidateLaw(KSequentialRule(divisor: 1), Self.pair, count: 2)
    #expect(law.deviation(from: Self.pair) > 1e-2)
  }

  @Test(arguments: 2...3)
  func theLargestDivisorIsLosslessButAcceptsLess(count: Int) {
    let law = CandidateLaw(KSequentialRule(divisor: Double(count)), Self.pair, count: count)
    #expect(law.deviation(from: Self.pair) < 1e-9)
    #expect(law.acceptance < CandidateLaw(KSequentialRule(), Self.pair, count: count).acceptance - 1e-2)
  }

  @Test(arguments: 2...6)
  func theDivisorIsTheSmallestWithoutANegativeResidual(count: Int) {
    for pair in MultiCandidateRuleTests.pairs {
      let divisor = KSequentialRule.divisor(target: pair.target, draft: pair.draft, count: count)
      #expect(divisor >= 1 && divisor <= Double(count))
      #expect(leastResidual(pair, count: count, divisor: divisor) > -1e-12, "\(pair)")
    }
    let divisor = KSequentialRule.divisor(
      target: Self.pair.target, draft: Self.pair.draft, count: count)
    #expect(divisor > 1.1)
    #expect(leastResidual(Self.pair, count: count, divisor: divisor * 0.99) < -1e-4)
  }

  @Test func equalRowsNeedNoDivisor() {
    let p = [0.125, 0.25, 0.5, 0.125]
    #expect(KSequentialRule.divisor(target: p, draft: p, count: 4) == 1)
  }
}
