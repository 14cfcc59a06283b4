import Evaluation
import Testing

@Suite struct InverseCDFTests {
  private let weights = [0.0, 2, 0, 6, 2, 0]

  @Test(arguments: [(0.0, 1), (0.19, 1), (0.2, 3), (0.5, 3), (0.79, 3), (0.81, 4), (0.999_999, 4)])
  func eachUniformNumberFallsIntoItsToken(uniform: Double, token: Int) {
    #expect(inverseCDF(weights, uniform: uniform) == token)
  }

  @Test func aTokenWithoutWeightIsNeverDrawn() {
    let almostOne = 1.0.nextDown
    #expect(inverseCDF([0.1, 0.1, 0.1, 0], uniform: almostOne) == 2)
    #expect(inverseCDF([0.0, 1], uniform: 0) == 1)
  }
}
