import Evaluation
import Testing

@Suite struct SpeedMeasurementTests {
  @Test func speedUpIsTheRatioOfTokensPerSecond() throws {
    let clock = ManualClock()
    let target = TimedModel(HashModel(vocabularySize: 13), clock, cost: .milliseconds(10))
    let drafter = TimedModel(HashModel(vocabularySize: 13), clock, cost: .milliseconds(1))
    // 1 + 4 × 5 tokens: 21 calls of the target alone; 1 + 4 calls and 16 drafter calls together.
    let requests = [1, 2].map { DecodingRequest(prompt: [$0, 5], maximumNewTokens: 21, sequence: 0) }
    let speed = try #require(
      try SpeedMeasurement(
        plain: Generator(model: target, seed: 0, endTokens: []),
        speculative: SpeculativeDecoder(
          target: target, drafter: drafter, draftLength: 4, seed: 0, endTokens: []),
        requests: requests, repetitions: 2, clock: clock))
    #expect(abs(speed.plainTokensPerSecond - 100) < 1e-9)
    #expect(abs(speed.speculativeTokensPerSecond - 21 / 0.066) < 1e-9)
    #expect(abs(speed.speedUp - 0.21 / 0.066) < 1e-9)
  }

  @Test func withoutPromptsThereIsNoSpeed() throws {
    let model = HashModel(vocabularySize: 13)
    #expect(
      try SpeedMeasurement(
        plain: Generator(model: model, seed: 0, endTokens: []),
        speculative: SpeculativeDecoder(
          target: model, drafter: HashModel(vocabularySize: 13), draftLength: 4, seed: 0, endTokens: []),
        requests: [], clock: ManualClock()) == nil)
  }
}
