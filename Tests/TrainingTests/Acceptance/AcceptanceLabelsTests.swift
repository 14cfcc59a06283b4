import Objectives
import Testing

/// What an acceptance head learns from, place by place.
@Suite struct AcceptanceLabelsTests {
  private let draft: [Float] = [-0.6931472, -1.3862944, -1.3862944]  // 1/2, 1/4, 1/4
  private let target: [Float] = [-1.3862944, -0.6931472, -1.3862944]  // 1/4, 1/2, 1/4

  private func labels(_ uniform: Double, isGreedy: Bool = false) -> AcceptanceLabels {
    var labels = AcceptanceLabels(tokens: [7, 8, 9])
    labels.draft(row: 1, draft: draft[...], target: target[...], isGreedy: isGreedy, uniform: uniform)
    return labels
  }

  /// Labels are probabilities, not draws: min(1, p / q).
  @Test(arguments: [(0.0, 0, 0.5), (0.49, 0, 0.5), (0.51, 1, 1), (0.74, 1, 1), (0.76, 2, 1), (0.999, 2, 1)])
  func aDraftIsJudgedByBothDistributions(uniform: Double, token: Int32, acceptance: Float) {
    let labels = labels(uniform)
    #expect(labels.tokens == [7, token, 9])
    #expect(labels.isDrafted == [false, true, false])
    #expect(labels.acceptance[0] == 0 && abs(labels.acceptance[1] - acceptance) < 1e-6)
  }

  @Test func greedyDraftsAreAcceptedWhereTheTargetChoosesThem() {
    #expect(labels(0.9, isGreedy: true).tokens[1] == 0)
    #expect(labels(0.9, isGreedy: true).acceptance[1] == 0)
    var same = AcceptanceLabels(tokens: [7])
    same.draft(row: 0, draft: draft[...], target: draft[...], isGreedy: true, uniform: 0)
    #expect(same.acceptance == [1])
  }

  /// A rejection weighs more, and a place without a draft nothing.
  @Test func weightsAreThoseOfTheLoss() {
    let weights = labels(0).weights(rejectWeight: 6)
    #expect(weights.count == 6 && weights[0] == 0 && weights[1] == 0 && weights[4] == 0)
    #expect(abs(weights[2] - 6 * 0.5) < 1e-5 && abs(weights[3] - 0.5) < 1e-6)
  }

  @Test func tokensOutsideADraftVocabularyAreNeverDrawn() {
    var labels = AcceptanceLabels(tokens: [0])
    let holes: [Float] = [-.infinity, 0, -.infinity]
    for uniform in [0, 0.5, 0.999_999] {
      labels.draft(row: 0, draft: holes[...], target: target[...], isGreedy: false, uniform: uniform)
      #expect(labels.tokens == [1])
    }
  }
}
