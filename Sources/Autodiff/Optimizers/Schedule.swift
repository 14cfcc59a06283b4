internal import Foundation

/// The learning rate of each step as a share of the peak: a pure function of the step and the number of steps.
///
/// Steps count from 0 to total - 1. With w warm-up steps:
/// ```
/// step < w             (step + 1) / w                       the first step has 1/w, not 0; step w - 1 has 1
/// w <= step < total    m + (1 - m) curve(progress),  m the minimum ratio
///                      progress = (step - w) / (total - w)  step w has 0; 1 would be reached at step `total`
/// total <= step        m, and 1 for a constant schedule
/// ```
package struct Schedule: Sendable, Hashable {
  /// What follows the warm-up.
  package enum Curve: Sendable, Hashable {
    /// 1.
    case constant
    /// 1 - progress.
    case linear
    /// (1 + cos(pi progress)) / 2. Source: Loshchilov and Hutter, "SGDR", ICLR 2017, equation 5, one period.
    case cosine
    /// 1, then `decay` over the last `share` of all steps (rounded to a whole number of steps, at most those after
    /// the warm-up); with n of them, progress = (step - (total - n)) / n.
    ///
    /// Source: Hu et al., "MiniCPM", 2024 (arXiv 2404.06395).
    case warmUpStableDecay(share: Double, Decay)
  }

  /// How a warm-up–stable–decay schedule ends.
  package enum Decay: String, Sendable, Hashable, CaseIterable {
    /// 1 - progress.
    case linear
    /// 1 - sqrt(progress). Source: Hägele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training
    /// Durations", 2024 (arXiv 2405.18392).
    case oneMinusSquareRoot = "1-sqrt"
  }

  /// What follows the warm-up.
  package var curve: Curve
  /// In steps.
  package var warmUpSteps: Int
  /// Where the curve ends, as a share of the peak, 0 ... 1.
  package var minimumRatio: Double

  /// A schedule; one from outside is fit for use when `problems` is empty.
  package init(_ curve: Curve, warmUpSteps: Int = 0, minimumRatio: Double = 0) {
    self.curve = curve
    self.warmUpSteps = warmUpSteps
    self.minimumRatio = minimumRatio
  }

  /// What the peak learning rate is multiplied by at `step` of `total`.
  package func multiplier(step: Int, total: Int) -> Double {
    precondition(step >= 0 && total >= 0, "there is no step \(step) of \(total)")
    if step < warmUpSteps { return (Double(step) + 1) / Double(warmUpSteps) }
    if curve == .constant { return 1 }
    guard step < total else { return minimumRatio }
    return minimumRatio + (1 - minimumRatio) * height(step, total)
  }

  /// The curve from 1 to 0, for a step after the warm-up and before the end.
  private func height(_ step: Int, _ total: Int) -> Double {
    let count = total - warmUpSteps
    let progress = Double(step - warmUpSteps) / Double(count)
    switch curve {
    case .constant: return 1
    case .linear: return 1 - progress
    case .cosine: return (1 + cos(Double.pi * progress)) / 2
    case .warmUpStableDecay(let share, let decay):
      let last = min(count, Int((share * Double(total)).rounded()))
      guard step >= total - last else { return 1 }
      let progress = Double(step - (total - last)) / Double(last)
      return decay == .linear ? 1 - progress : 1 - progress.squareRoot()
    }
  }
}

extension Schedule: CheckedSettings {
  package var problems: [SettingProblem] {
    var check = SettingCheck()
    check.atLeastZero("warmup_steps", Double(warmUpSteps))
    check.expect(
      "minimum_ratio", minimumRatio, minimumRatio >= 0 && minimumRatio <= 1, "at least 0 and at most 1")
    if case .warmUpStableDecay(let share, _) = curve {
      check.expect("decay_share", share, share >= 0 && share <= 1, "at least 0 and at most 1")
    }
    return check.problems
  }
}
