internal import Randomness

/// Percentile bootstrap over prompts: the prompts are drawn with replacement, cycles of a prompt stay together,
/// because cycles of one text are not independent.
///
/// Source: Efron, Tibshirani, "An Introduction to the Bootstrap", 1993, §13.3.
package struct Bootstrap: Sendable, Hashable {
  /// How many times the prompts are drawn anew.
  package let resamples: Int
  /// The share of resampled figures inside the interval.
  package let confidence: Double
  /// The seed of the draws.
  package let seed: UInt64

  /// A bootstrap with its settings.
  package init(resamples: Int = 1_000, confidence: Double = 0.95, seed: UInt64 = 0) {
    precondition(resamples > 0 && confidence > 0 && confidence < 1, "Bootstrap(\(resamples), \(confidence))")
    self.resamples = resamples
    self.confidence = confidence
    self.seed = seed
  }

  /// The interval of tau (micro).
  package func tau(_ log: AcceptanceLog) -> ConfidenceInterval? {
    interval(log) { ratio($0.tokens, $0.cycles) }
  }

  /// The interval of the acceptance rate.
  package func acceptanceRate(_ log: AcceptanceLog) -> ConfidenceInterval? {
    interval(log) { ratio($0.accepted, $0.drafted) }
  }

  /// The interval of a figure of the summed totals; resamples without the figure are skipped.
  private func interval(
    _ log: AcceptanceLog, _ figure: (AcceptanceTotals) -> Double?
  ) -> ConfidenceInterval? {
    let totals = log.prompts.map { AcceptanceTotals($0) }
    return ConfidenceInterval(
      resampled: draws(promptCount: totals.count) { draw in
        figure(draw.reduce(AcceptanceTotals()) { $0 + totals[$1] })
      }, confidence: confidence)
  }

  /// The figure of each resample; the draw is a list of prompt indices.
  func draws(promptCount: Int, _ figure: ([Int]) -> Double?) -> [Double] {
    guard promptCount > 0 else { return [] }
    let philox = Philox(seed: seed, purpose: .bootstrap)
    var draw = [Int](repeating: 0, count: promptCount)
    return (0..<resamples).compactMap { resample in
      for i in 0..<promptCount {
        draw[i] = philox.below(promptCount, step: UInt64(resample), index: UInt64(i))
      }
      return figure(draw)
    }
  }
}
