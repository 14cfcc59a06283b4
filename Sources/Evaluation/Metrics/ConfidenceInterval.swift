/// The range in which a figure plausibly lies.
package struct ConfidenceInterval: Sendable, Hashable {
  /// The lower end.
  package let lower: Double
  /// The upper end.
  package let upper: Double

  /// An interval with its ends.
  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether the interval excludes `value`.
  package func excludes(_ value: Double) -> Bool { value < lower || value > upper }

  /// The central part of resampled figures: quantiles (1 ∓ confidence) / 2 with linear interpolation between
  /// order statistics, or nil without figures.
  init?(resampled: [Double], confidence: Double) {
    guard !resampled.isEmpty else { return nil }
    let sorted = resampled.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place.rounded(.down))
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    lower = quantile((1 - confidence) / 2)
    upper = quantile((1 + confidence) / 2)
  }
}
