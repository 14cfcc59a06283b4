import Evaluation
import Testing

@Suite struct GreedyAgreementTests {
  /// Two tokens alternate in being ever so slightly the best; the third is far behind.
  private final class NearTieModel: SequenceModel {
    let vocabularySize = 3
    let lineCount = 1
    let capacity = 16
    let gap: Float

    init(gap: Float) { self.gap = gap }
    func forward(tokens: [Int32], sequences: [Int32], positions: [Int32], outputs: [Int]) {}
    func argmax(output: Int) -> Int32 { 0 }
    func copyLogits(output: Int, into buffer: inout [Float]) {
      buffer = [1, 1 - gap, -3]
    }
  }

  private func compare(_ gap: Float, _ plain: [Int32], _ speculative: [Int32]) throws -> [Int] {
    let agreement = try GreedyAgreement(
      target: NearTieModel(gap: gap),
      requests: [DecodingRequest(prompt: [0], maximumNewTokens: 4, sequence: 0)],
      plain: [Completion(tokens: plain, ending: .tokenLimit)],
      speculative: [Completion(tokens: speculative, ending: .tokenLimit)])
    return [agreement.equal, agreement.ties, agreement.different]
  }

  @Test func equalTextsAreEqual() throws {
    #expect(try compare(1, [0, 1, 2], [0, 1, 2]) == [1, 0, 0])
  }

  @Test func aDifferenceBetweenEquallyGoodTokensIsATie() throws {
    #expect(try compare(5e-5, [0, 0, 2], [0, 1, 1]) == [0, 1, 0])
    #expect(try compare(2e-4, [0, 0, 2], [0, 1, 1]) == [0, 0, 1])
  }

  @Test func aWrongTokenIsNoTieThoughTheBestTwoAreClose() throws {
    #expect(try compare(5e-5, [0, 0, 2], [0, 2, 1]) == [0, 0, 1])
  }

  @Test func aTextThatStopsShortIsDifferent() throws {
    #expect(try compare(5e-5, [0, 0, 2], [0, 0]) == [0, 0, 1])
  }
}
