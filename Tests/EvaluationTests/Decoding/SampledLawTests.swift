import Evaluation
import TestSupport
import Testing

/// 100,000 sampled tokens against the target's law, warpers active, through the whole decoder.
@Suite struct SampledLawTests {
  private static let vocabularySize = 6
  private let target = HashModel(
    vocabularySize: vocabularySize, lineCount: 4, capacity: 12_600, salt: 5, memory: 1)

  /// How often each token follows each token, in texts of 100,000 tokens.
  private func transitions(
    _ sampling: SamplingSettings, stop: AdaptiveChain?
  ) throws -> (counts: [[Int]], tau: Double) {
    let drafter = HashModel(
      vocabularySize: Self.vocabularySize, lineCount: 4, capacity: 12_600, salt: 6, memory: 1)
    let outcome = try SpeculativeDecoder(
      target: target, drafter: drafter, draftLength: 3, stop: stop, seed: 11, endTokens: []
    ).run(
      (0..<8).map {
        DecodingRequest(prompt: [Int32($0 % 6)], maximumNewTokens: 12_500, sampling: sampling, sequence: $0)
      })
    var counts = Array(repeating: Array(repeating: 0, count: 6), count: 6)
    for completion in outcome.completions {
      for (a, b) in zip(completion.tokens, completion.tokens.dropFirst()) { counts[Int(a)][Int(b)] += 1 }
    }
    return (counts, AcceptanceMetrics(outcome.log).tau ?? 0)
  }

  private func law(after token: Int32, _ sampling: SamplingSettings) -> [Double] {
    var warper = Warper(vocabularySize: 6)
    var rows = ProbabilityRows(rowCount: 1, vocabularySize: 6)
    warper.warp(target.logits(after: [token]), sampling, into: &rows, row: 0)
    return rows.values.map(Double.init)
  }

  /// Whether chains have their full length, or end where the drafter has become unsure.
  @Test(arguments: [nil, AdaptiveChain(maximumLength: 3, rule: .confidence(below: 0.45))])
  func sampledTextsFollowTheWarpedTarget(stop: AdaptiveChain?) throws {
    let sampling = try SamplingSettings(temperature: 0.8, topP: 0.9)
    let unwarped = try SamplingSettings(temperature: 1)
    let (counts, tau) = try transitions(sampling, stop: stop)
    #expect(tau > 1.3 && tau < 3.7, "both acceptance and rejection should be frequent")
    var worst = 1.0
    for token in 0..<6 where counts[token].reduce(0, +) > 0 {
      let p = ChiSquare.pValue(observed: counts[token], expected: law(after: Int32(token), sampling))
      #expect(p > 1e-3, "after \(token): p = \(p)")
      worst = min(
        worst, ChiSquare.pValue(observed: counts[token], expected: law(after: Int32(token), unwarped)))
    }
    #expect(counts.joined().reduce(0, +) > 99_000)
    #expect(worst < 1e-9, "the test could not tell the warped from the unwarped law")
  }

  @Test func theDistributionOfTheTestStatisticIsKnown() {
    // Upper tail quantiles from printed tables.
    #expect(abs(ChiSquare.upperTail(3.841459, degrees: 1) - 0.05) < 1e-6)
    #expect(abs(ChiSquare.upperTail(18.307038, degrees: 10) - 0.05) < 1e-6)
    #expect(abs(ChiSquare.upperTail(2.558212, degrees: 10) - 0.99) < 1e-6)
  }
}
