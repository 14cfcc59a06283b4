import Evaluation
import Testing

@Suite struct BootstrapTests {
  @Test func theIntervalHoldsTheFigureAndShrinksWithMorePrompts() throws {
    let few = LogFactory.random(prompts: 16, cycles: 30, alpha: 0.6, seed: 1)
    let many = LogFactory.random(prompts: 256, cycles: 30, alpha: 0.6, seed: 1)
    let bootstrap = Bootstrap(seed: 4)
    let (a, b) = (try #require(bootstrap.tau(few)), try #require(bootstrap.tau(many)))
    #expect(!a.excludes(AcceptanceMetrics(few).tau ?? 0) && !b.excludes(AcceptanceMetrics(many).tau ?? 0))
    // Sixteen times the prompts: a quarter of the width, give or take.
    let shrinkage = (a.upper - a.lower) / (b.upper - b.lower)
    #expect(shrinkage > 2.5 && shrinkage < 6)
  }

  @Test func theIntervalMatchesTheNormalApproximation() throws {
    // Half the prompts have tau 2, half 4, all with equally many cycles: sd of the mean 1 / sqrt(100).
    let log = LogFactory.log(
      accepted: (0..<100).map { Array(repeating: $0 % 2 == 0 ? 1 : 3, count: 5) }, drafted: 4)
    let interval = try #require(Bootstrap(resamples: 4_000, seed: 1).tau(log))
    #expect(abs(interval.lower - (3 - 0.196)) < 0.02 && abs(interval.upper - (3 + 0.196)) < 0.02)
    let rate = try #require(Bootstrap(resamples: 4_000, seed: 1).acceptanceRate(log))
    #expect(abs(rate.lower - (0.5 - 0.049)) < 0.005 && abs(rate.upper - (0.5 + 0.049)) < 0.005)
  }

  @Test func theSameSeedGivesTheSameInterval() {
    let log = LogFactory.random(prompts: 20, cycles: 10, alpha: 0.5, seed: 2)
    #expect(Bootstrap(seed: 1).tau(log) == Bootstrap(seed: 1).tau(log))
    #expect(Bootstrap(seed: 1).tau(log) != Bootstrap(seed: 2).tau(log))
    #expect(Bootstrap().tau(AcceptanceLog(domains: [])) == nil)
    #expect(Bootstrap().tau(AcceptanceLog(domains: [nil])) == nil)
  }
}
