import Autodiff
import Testing

@Suite struct ScheduleTests {
  private func table(_ schedule: Schedule, _ total: Int) -> [Double] {
    (0..<total + 2).map { schedule.multiplier(step: $0, total: total) }
  }

  private func expectEqual(_ found: [Double], _ expected: [Double]) {
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-15 }, "\(found)")
  }

  @Test("The first step has a share of the warm-up, not nothing, and the last of the warm-up has all")
  func warmUp() {
    expectEqual(
      table(Schedule(.constant, warmUpSteps: 4), 6), [0.25, 0.5, 0.75, 1, 1, 1, 1, 1])
    expectEqual(table(Schedule(.constant), 2), [1, 1, 1, 1])
  }

  @Test("A warm-up longer than the run never ends")
  func longWarmUp() {
    expectEqual(table(Schedule(.cosine, warmUpSteps: 8), 2), [0.125, 0.25, 0.375, 0.5])
  }

  @Test("Linear decay starts at one after the warm-up and would reach the minimum at the end")
  func linear() {
    expectEqual(
      table(Schedule(.linear, warmUpSteps: 2), 6), [0.5, 1, 1, 0.75, 0.5, 0.25, 0, 0])
    expectEqual(
      table(Schedule(.linear, minimumRatio: 0.2), 4), [1, 0.8, 0.6, 0.4, 0.2, 0.2])
  }

  @Test("Cosine decay is half way down in the middle")
  func cosine() {
    let root = 0.5.squareRoot()
    expectEqual(
      table(Schedule(.cosine, warmUpSteps: 1), 5), [1, 1, (1 + root) / 2, 0.5, (1 - root) / 2, 0, 0])
    expectEqual(table(Schedule(.cosine, minimumRatio: 0.5), 2), [1, 0.75, 0.5, 0.5])
  }

  @Test("Warm-up, stable, decay: the last share of all steps goes down")
  func warmUpStableDecay() {
    expectEqual(
      table(Schedule(.warmUpStableDecay(share: 0.4, .linear), warmUpSteps: 2), 10),
      [0.5, 1, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0, 0])
    expectEqual(
      table(Schedule(.warmUpStableDecay(share: 0.4, .oneMinusSquareRoot), minimumRatio: 0.1), 10),
      [
        1, 1, 1, 1, 1, 1, 1, 0.55, 0.1 + 0.9 * (1 - 0.5.squareRoot()), 0.1 + 0.9 * (1 - 0.75.squareRoot()),
        0.1, 0.1,
      ])
  }

  @Test("A decay longer than what follows the warm-up is cut, and one of no steps leaves the rate up")
  func decayLimits() {
    expectEqual(
      table(Schedule(.warmUpStableDecay(share: 1, .linear), warmUpSteps: 2), 4), [0.5, 1, 1, 0.5, 0, 0])
    expectEqual(table(Schedule(.warmUpStableDecay(share: 0, .linear)), 3), [1, 1, 1, 0, 0])
  }

  @Test("A run of no steps and a run that is all warm-up divide by nothing")
  func emptyRuns() {
    for curve in [Schedule.Curve.linear, .cosine, .warmUpStableDecay(share: 0.5, .linear)] {
      #expect(Schedule(curve).multiplier(step: 0, total: 0) == 0)
      #expect(Schedule(curve, warmUpSteps: 3).multiplier(step: 2, total: 3) == 1)
      #expect(Schedule(curve, warmUpSteps: 3).multiplier(step: 3, total: 3) == 0)
    }
  }

  @Test("Settings out of range are named")
  func problems() {
    #expect(Schedule(.linear, warmUpSteps: -1).problems.map(\.setting) == ["warmup_steps"])
    #expect(Schedule(.cosine, minimumRatio: 1.5).problems.map(\.setting) == ["minimum_ratio"])
    #expect(
      Schedule(.warmUpStableDecay(share: .nan, .linear)).problems.map(\.setting) == ["decay_share"])
    #expect(Schedule(.linear, warmUpSteps: 3, minimumRatio: 0.1).problems.isEmpty)
  }
}
