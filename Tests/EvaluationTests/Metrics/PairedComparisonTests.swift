import Evaluation
import Testing

@Suite struct PairedComparisonTests {
  @Test func aBetterDrafterIsSeenThoughPromptsDifferMoreThanDrafters() throws {
    let weak = LogFactory.random(prompts: 64, cycles: 40, alpha: 0.55, seed: 1)
    let strong = LogFactory.random(prompts: 64, cycles: 40, alpha: 0.55, shift: 0.03, seed: 2)
    let comparison = try #require(PairedComparison(strong, weak))
    let tau = (AcceptanceMetrics(strong).tau ?? 0) - (AcceptanceMetrics(weak).tau ?? 0)
    #expect(abs(comparison.difference - tau) < 1e-12)
    #expect(comparison.isSignificant && comparison.interval.lower > 0 && comparison.shareBetter > 0.99)
    // Taken apart, the two intervals overlap: the pairing is what shows the difference.
    let (a, b) = (try #require(Bootstrap().tau(weak)), try #require(Bootstrap().tau(strong)))
    #expect(a.upper > b.lower)
  }

  @Test func equalDraftersAreNotToldApart() throws {
    let a = LogFactory.random(prompts: 64, cycles: 40, alpha: 0.55, seed: 1)
    let b = LogFactory.random(prompts: 64, cycles: 40, alpha: 0.55, seed: 2)
    #expect(try #require(PairedComparison(a, b)).isSignificant == false)
    #expect(try #require(PairedComparison(a, a)).interval == ConfidenceInterval(lower: 0, upper: 0))
    #expect(PairedComparison(a, AcceptanceLog(domains: Array(repeating: nil, count: 64))) == nil)
  }
}
