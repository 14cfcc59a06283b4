/// Two drafters on the same prompts: the difference of their tau, with the interval of the difference.
///
/// Both drafters meet the same resampled prompts, so what makes a prompt easy for both cancels out.
package struct PairedComparison: Sendable, Hashable {
  /// tau of the first minus tau of the second (micro).
  package let difference: Double
  /// The bootstrap interval of the difference.
  package let interval: ConfidenceInterval
  /// The share of resamples in which the first is better.
  package let shareBetter: Double

  /// Whether the interval excludes no difference.
  package var isSignificant: Bool { interval.excludes(0) }

  /// Compares two logs of the same prompts in the same order; nil where either has no uncut cycle.
  package init?(_ first: AcceptanceLog, _ second: AcceptanceLog, bootstrap: Bootstrap = Bootstrap()) {
    precondition(
      first.prompts.count == second.prompts.count,
      "PairedComparison: \(first.prompts.count) against \(second.prompts.count) prompts")
    let a = first.prompts.map { AcceptanceTotals($0) }
    let b = second.prompts.map { AcceptanceTotals($0) }
    func difference(_ draw: [Int]) -> Double? {
      let sumA = draw.reduce(AcceptanceTotals()) { $0 + a[$1] }
      let sumB = draw.reduce(AcceptanceTotals()) { $0 + b[$1] }
      guard let tauA = ratio(sumA.tokens, sumA.cycles), let tauB = ratio(sumB.tokens, sumB.cycles) else {
        return nil
      }
      return tauA - tauB
    }
    let resampled = bootstrap.draws(promptCount: a.count, difference)
    guard let whole = difference(Array(a.indices)),
      let interval = ConfidenceInterval(resampled: resampled, confidence: bootstrap.confidence)
    else { return nil }
    self.difference = whole
    self.interval = interval
    shareBetter = Double(resampled.count { $0 > 0 }) / Double(resampled.count)
  }
}
