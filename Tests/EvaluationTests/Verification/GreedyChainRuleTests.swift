import Evaluation
import Testing

@Suite struct GreedyChainRuleTests {
  @Test(
    arguments: [
      ([7, 8, 9], [7, 8, 9, 4], 3, 4), ([7, 8, 9], [7, 8, 5, 4], 2, 5), ([7, 8, 9], [1, 8, 9, 4], 0, 1),
      ([], [6], 0, 6),
    ] as [([Int32], [Int32], Int, Int32)])
  func tokensStandUpToTheFirstMismatch(drafted: [Int32], choices: [Int32], accepted: Int, token: Int32) {
    #expect(
      GreedyChainRule.verify(drafted: drafted[...], targetChoices: choices[...])
        == Verdict(acceptedCount: accepted, token: token))
  }
}
