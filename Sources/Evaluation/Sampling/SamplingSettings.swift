package import FileSystem

/// How a row of logits becomes the distribution that a token is drawn from.
///
/// The warpers apply in the order of Hugging Face's `generate`: temperature, then top-k, then top-p over what
/// top-k left. The same settings warp target and drafter; only then is verification lossless.
package struct SamplingSettings: Sendable, Hashable {
  /// Logits are divided by this; 0 means greedy: all mass on the largest logit, the lowest index among equals.
  package let temperature: Double
  /// How many of the most likely tokens stay, or nil for all.
  package let topK: Int?
  /// The smallest set of most likely tokens that reaches this mass stays, or nil for all.
  package let topP: Double?

  /// Always the most likely token.
  package static let greedy = SamplingSettings(temperature: 0)

  /// Settings that are known to be in range.
  private init(temperature: Double) {
    self.temperature = temperature
    topK = nil
    topP = nil
  }

  /// Checks and keeps the settings.
  ///
  /// - Throws: `InputError` (usage) for a negative or non-finite temperature, `topK < 1`, or `topP` outside (0, 1].
  package init(temperature: Double, topK: Int? = nil, topP: Double? = nil) throws(InputError) {
    guard temperature >= 0, temperature.isFinite else {
      throw InputError(.usage, key: "temperature", found: "\(temperature)", expected: "a number ≥ 0")
    }
    if let topK, topK < 1 {
      throw InputError(.usage, key: "top_k", found: "\(topK)", expected: "a whole number ≥ 1")
    }
    if let topP, !(topP > 0 && topP <= 1) {
      throw InputError(.usage, key: "top_p", found: "\(topP)", expected: "a number in (0, 1]")
    }
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
  }

  /// Whether no randomness is involved.
  package var isGreedy: Bool { temperature == 0 }
}
