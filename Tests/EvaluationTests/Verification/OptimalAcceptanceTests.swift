import Evaluation
import Testing

@Suite struct OptimalAcceptanceTests {
  typealias Bound = @Sendable ([Double], [Double], Int) -> Double

  /// The bounds, with rules that draw the candidates they speak of.
  static let bounds: [(Bound, [any MultiCandidateRule])] = [
    (
      OptimalAcceptance.withReplacement(target:draft:count:),
      [RecursiveRejection(.withReplacement), KSequentialRule()]
    ),
    (
      OptimalAcceptance.withoutReplacement(target:draft:count:), [RecursiveRejection(.withoutReplacement)]
    ),
    (OptimalAcceptance.greedyScheme(target:draft:count:), [GreedySchemeRule()]),
  ]
  static let randomPairs = (0..<300).map {
    DistributionPair(seed: 1000 + $0, vocabularySize: 4 + Int($0 % 3))
  }

  @Test(arguments: 0..<3, 1...3)
  func theBoundIsTheLeastOverAllSetsOfTokens(kind: Int, count: Int) {
    let (bound, rules) = Self.bounds[kind]
    for pair in DistributionPair.edges + Self.randomPairs {
      let known = bound(pair.target, pair.draft, count)
      let law = CandidateLaw(rules[0], pair, count: count)
      #expect(abs(law.optimum(pair) - known) < 1e-9, "\(pair)")
    }
  }

  @Test(arguments: 0..<3, 1...3)
  func noRuleAcceptsMoreThanItsBound(kind: Int, count: Int) {
    let (bound, rules) = Self.bounds[kind]
    for pair in DistributionPair.edges + Self.randomPairs {
      let known = bound(pair.target, pair.draft, count)
      for rule in rules {
        let acceptance = rule.acceptanceProbability(target: pair.target, draft: pair.draft, count: count)
        #expect(acceptance <= known + 1e-9, "\(rule) \(pair)")
      }
    }
  }

  @Test(arguments: 2...3)
  func onAverageTheRulesStandInTheKnownOrder(count: Int) {
    func mean(_ acceptance: Bound) -> Double {
      Self.randomPairs.reduce(0) { $0 + acceptance($1.target, $1.draft, count) } / 300
    }
    func mean(_ rule: any MultiCandidateRule) -> Double {
      mean { rule.acceptanceProbability(target: $0, draft: $1, count: $2) }
    }
    let withReplacement = [
      mean(RecursiveRejection(.withReplacement)), mean(KSequentialRule()), mean(Self.bounds[0].0),
    ]
    let withoutReplacement = [mean(RecursiveRejection(.withoutReplacement)), mean(Self.bounds[1].0)]
    #expect(zip(withReplacement, withReplacement.dropFirst()).allSatisfy { $0 + 1e-3 < $1 })
    #expect(withoutReplacement[0] + 1e-3 < withoutReplacement[1])
    #expect(withReplacement[0] < withoutReplacement[0] && withReplacement[2] < withoutReplacement[1])
  }

  @Test func theGreedySchemeReachesItsBound() {
    for pair in DistributionPair.edges + Self.randomPairs.prefix(60) {
      for count in 1...3 {
        let law = CandidateLaw(GreedySchemeRule(), pair, count: count)
        #expect(abs(law.acceptance - law.optimum(pair)) < 1e-9, "\(pair)")
      }
    }
  }

  @Test func theSampledCandidateIsBetterVerifiedFirst() {
    // The sampled token behind the deterministic ones meets what they leave of p, which is less.
    let pair = DistributionPair(target: [0.4, 0.1, 0.2, 0.3], draft: [0.4, 0.3, 0.2, 0.1])
    let best = OptimalAcceptance.greedyScheme(target: pair.target, draft: pair.draft, count: 2)
    let tail = [0, 0.5, 1.0 / 3, 1.0 / 6]
    let last = 0.4 + zip(pair.target, tail).reduce(0) { $0 + min($1.0, 0.6 * $1.1) }
    #expect(abs(best - (0.4 + 0.1 + 0.2 + 1.0 / 6)) < 1e-12)
    #expect(last < best - 1e-2)
  }

  /// P(all draws without replacement in the first tokens), by recursion over the draws.
  private func inside(_ q: [Double], prefix: Int, count: Int, left: Double = 1) -> Double {
    guard count > 0 else { return 1 }
    return (0..<prefix).filter { q[$0] > 0 }.reduce(0) { sum, x in
      var rest = q
      rest[x] = 0
      return sum + q[x] / left * inside(rest, prefix: prefix, count: count - 1, left: rest.reduce(0, +))
    }
  }

  @Test(arguments: 1...3)
  func quadratureHoldsForManyTokensAndSteepDistributions(count: Int) {
    var steep = (0..<24).map { x in (0..<x).reduce(1.0) { power, _ in power * 0.25 } }
    let total = steep.reduce(0, +)
    steep = steep.map { $0 / total }
    let reversed = Array(steep.reversed())
    for (p, q) in [(reversed, steep), (steep, reversed), (steep, steep)] {
      let pair = zip(p, q).sorted { $0.0 / $0.1 < $1.0 / $1.1 }
      var mass = 0.0
      var least = 0.0
      for prefix in 1...24 {
        mass += pair[prefix - 1].0
        least = min(least, mass - inside(pair.map { $0.1 }, prefix: prefix, count: count))
      }
      #expect(
        abs(OptimalAcceptance.withoutReplacement(target: p, draft: q, count: count) - (1 + least)) < 1e-12)
    }
  }
}
