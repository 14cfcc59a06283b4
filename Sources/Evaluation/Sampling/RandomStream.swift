package import Randomness

/// The random decisions of one sequence at one step: a fresh stream for every (seed, purpose, sequence, step).
///
/// A decision depends on nothing else, so results do not change with the composition of a batch, with the order
/// in which lines finish, or with a restart. The counter words are (draw, step, sequence low, sequence high).
package struct RandomStream: DecisionSource, Sendable {
  private let philox: Philox
  private let sequence: UInt64
  private let step: UInt32
  private var draws: UInt32 = 0

  /// The stream of one step of one sequence.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - purpose: what is decided.
  ///   - sequence: which prompt, counted over the whole run and not within a batch.
  ///   - step: how many tokens the sequence has been given before.
  package init(seed: UInt64, purpose: Purpose, sequence: UInt64, step: Int) {
    philox = Philox(seed: seed, purpose: purpose)
    self.sequence = sequence
    self.step = UInt32(truncatingIfNeeded: step)
  }

  /// The next number in [0, 1), with 53 random bits.
  package mutating func uniform() -> Double {
    let words = philox.words(
      at: SIMD4(
        draws, step, UInt32(truncatingIfNeeded: sequence), UInt32(truncatingIfNeeded: sequence >> 32)))
    draws &+= 1
    return Double((UInt64(words.x) << 32 | UInt64(words.y)) >> 11) * 0x1p-53
  }

  /// True with the given probability.
  package mutating func accepts(probability: Double) -> Bool { uniform() < probability }

  /// A token by inverse CDF.
  package mutating func draw(from weights: [Double]) -> Int { inverseCDF(weights, uniform: uniform()) }
}
