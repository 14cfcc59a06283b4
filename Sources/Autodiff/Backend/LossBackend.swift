/// Weights of the terms of a distillation loss, for one row with teacher p and student q.
///
/// Sources: Zhou et al., "DistillSpec", ICLR 2024 (divergences); LK losses, arXiv 2602.23881; Zhang et al., "HASS", ICLR
/// 2025, arXiv 2408.15766 (the likeliest tokens).
package struct LossMix: Sendable, Hashable {
  /// -log q(label).
  package var crossEntropy: Float = 0
  /// KL(p || q).
  package var forwardKL: Float = 0
  /// KL(q || p).
  package var reverseKL: Float = 0
  /// b KL(p || m) + (1 - b) KL(q || m), m = b p + (1 - b) q.
  package var jensenShannon: Float = 0
  /// 1/2 sum |p - q|.
  package var totalVariation: Float = 0
  /// -log sum min(p, q).
  package var lkAlpha: Float = 0
  /// lam KL(p || q) + (1 - lam)(1 - alpha), lam = exp(-eta alpha) without gradient.
  package var lkHybrid: Float = 0
  /// -sum p log q over the `topKCount` likeliest tokens of p, whose p are not scaled to sum to 1.
  package var topKCrossEntropy: Float = 0
  /// How many likeliest tokens count there, one of `topKCounts`; of equal ones those with the lowest ids. Where p has fewer,
  /// because the vocabulary has or because fewer were stored, all of them do.
  package var topKCount = 10
  /// b of the Jensen–Shannon divergence.
  package var jensenShannonBeta: Float = 0.5
  /// eta of the LK hybrid.
  package var lkEta: Float = 3
  /// The student's logits are divided by it in every term but the cross entropy.
  package var studentTemperature: Float = 1
  /// The teacher's logits are divided by it.
  package var teacherTemperature: Float = 1

  /// What `topKCount` may be: kernels keep so many at hand.
  package static let topKCounts = 1...256

  /// All weights zero.
  package init() {}

  /// Plain cross entropy.
  package static var crossEntropyOnly: LossMix {
    var mix = LossMix()
    mix.crossEntropy = 1
    return mix
  }

  /// Whether any term needs a teacher.
  package var needsTeacher: Bool {
    [forwardKL, reverseKL, jensenShannon, totalVariation, lkAlpha, lkHybrid, topKCrossEntropy].contains {
      $0 != 0
    }
  }
}

/// What the loss kernels report, summed over rows; index into the output of a head loss.
package enum LossStatistic: Int, Sendable, CaseIterable {
  /// The mixed loss, before scaling.
  case loss = 0
  /// -log q(label).
  case crossEntropy
  /// 1 where the student's best token is the teacher's best (the label without a teacher).
  case top1
  /// sum min(p, q) with a teacher, q(label) without.
  case overlap
  /// KL(p || q) with a teacher, else 0.
  case divergence
  /// Number of rows.
  case rows
}

/// How stored top-k probabilities treat the mass they leave out.
package enum TailPolicy: String, Sendable, Hashable, CaseIterable {
  /// One more outcome, "any other token": a lower bound of the true divergence.
  case bucket
  /// Dropped; the stored probabilities are scaled to sum to 1. What the student gives to other tokens still counts
  /// as mass where the teacher has none, except in the reverse KL, which would be infinite.
  case renormalize = "renormalise"
}

/// Losses over a chunk of logits. Each kernel turns logits into their gradient in place.
package protocol LossBackend: AnyObject {
  /// z: [rows, vocabulary] becomes scale times its gradient if `gradient`, unspecified otherwise.
  /// labels: int [rows]; statistics: [rows, kernel statistics].
  func crossEntropyRows(
    _ z: Slot, labels: Slot, statistics: Slot, rows: Int, vocabulary: Int, scale: Float, gradient: Bool)
  /// teacher: [rows, vocabulary] logits, overwritten.
  func divergenceRows(
    _ z: Slot, teacher: Slot, labels: Slot, statistics: Slot, rows: Int, vocabulary: Int, mix: LossMix,
    scale: Float, gradient: Bool)
  /// teacherIDs: int [rows, k], negative ends a row early; logProbabilities: [rows, k];
  /// scratch: [rows, vocabulary].
  func divergenceTopKRows(
    _ z: Slot, teacherIDs: Slot, logProbabilities: Slot, tail: TailPolicy, labels: Slot, statistics: Slot,
    scratch: Slot, rows: Int, vocabulary: Int, k: Int, mix: LossMix, scale: Float, gradient: Bool)
  /// losses[r] = mean of smoothL1(x - target) over row r, 0 where its label is negative; dx = scale times the gradient
  /// of their sum (+ dx). x, target: [rows, columns], labels: int [rows], losses: [rows].
  func smoothL1Rows(
    _ x: Slot, target: Slot, labels: Slot, losses: Slot, dx: GradientSlot?, rows: Int, columns: Int,
    scale: Float)
  /// losses[r] = sum over c of -weights[r, c] log softmax(x)[r, c]; dx = scale times the gradient of their sum (+ dx).
  /// x, weights: [rows, columns], losses: [rows].
  func weightedCrossEntropyRows(
    _ x: Slot, weights: Slot, losses: Slot, dx: GradientSlot?, rows: Int, columns: Int, scale: Float)
  /// The sum in double precision, in order.
  func sum(_ x: Slot) -> Double
  /// Number of statistics the row kernels write per row: all of `LossStatistic` but `rows`.
  var rowStatisticCount: Int { get }
  /// total[s] (+)= sum over rows of statistics[r, s] in row order, and the number of rows behind them;
  /// total: [LossStatistic.allCases.count].
  func addStatistics(_ statistics: Slot, rows: Int, to total: Slot)
  /// The lowest index of the largest logit of each row. indices: int [rows].
  func argmaxRows(_ z: Slot, into indices: Slot, rows: Int, vocabulary: Int)
  /// z becomes log softmax(z / temperature).
  func logSoftmaxRows(_ z: Slot, rows: Int, vocabulary: Int, temperature: Float)
}
