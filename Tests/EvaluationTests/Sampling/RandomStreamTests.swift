import Evaluation
import Randomness
import Testing

@Suite struct RandomStreamTests {
  private func numbers(_ seed: UInt64, _ purpose: Purpose, _ sequence: UInt64, _ step: Int) -> [Double] {
    var stream = RandomStream(seed: seed, purpose: purpose, sequence: sequence, step: step)
    return (0..<4).map { _ in stream.uniform() }
  }

  @Test func aStreamIsDeterminedByItsFourKeys() {
    let base = numbers(1, .sampling, 2, 3)
    #expect(base == numbers(1, .sampling, 2, 3))
    #expect(Set(base).count == 4)
    for other in [
      numbers(2, .sampling, 2, 3), numbers(1, .drafting, 2, 3), numbers(1, .sampling, 3, 3),
      numbers(1, .sampling, 2, 4), numbers(1, .sampling, 2 + 1 << 32, 3),
    ] {
      #expect(Set(other).isDisjoint(with: base))
    }
  }

  @Test func acceptanceFollowsTheProbability() {
    var stream = RandomStream(seed: 5, purpose: .verification, sequence: 0, step: 0)
    let accepted = (0..<10_000).count { _ in stream.accepts(probability: 0.3) }
    #expect(abs(Double(accepted) / 10_000 - 0.3) < 0.015)
    #expect(stream.accepts(probability: 1) && !stream.accepts(probability: 0))
  }
}
