import Foundation

/// The line that tells a person how a run stands.
///
/// ```
/// step   120/4000  3.0%  align  loss 3.417 (+0.4z)  acc 0.61 tau~2.11  lr 3.0e-04  |g| 0.81  31.4k tok/s  3.2 GB  eta 1h12m
/// ```
/// The z-score compares the loss with the last 128; the time left is the mean of the last 20 steps without the
/// slowest and fastest tenth, times the steps left, evaluation and saving not included.
public struct ProgressLine: Sendable {
  private var losses: [Double] = []
  private var seconds: [Double] = []

  private static let lossWindow = 128
  private static let timeWindow = 20

  /// A run of which nothing was seen yet.
  public init() {}

  /// Takes a step into account and returns its line, at most 120 columns for ordinary numbers.
  ///
  /// - Parameter draftLength: for the simulated τ; nil: none is shown.
  public mutating func line(for metrics: StepMetrics, draftLength: Int?) -> String {
    let score = zScore(of: metrics.loss)
    remember(metrics)
    var parts = [Self.position(metrics), metrics.stage]
    parts.append(
      "loss " + NumberText.fixed(metrics.loss, 3)
        + (score.map { " (" + NumberText.signed($0, 1) + "z)" } ?? ""))
    if let acceptance = metrics.acceptance {
      var text = "acc " + NumberText.fixed(acceptance, 2)
      if let draftLength {
        text +=
          " tau~" + NumberText.fixed(Self.simulatedTau(acceptance: acceptance, draftLength: draftLength), 2)
      }
      parts.append(text)
    }
    parts.append("lr " + NumberText.scientific(metrics.learningRate))
    parts.append("|g| " + NumberText.fixed(metrics.gradientNorm, 2))
    parts.append(Self.rate(metrics.tokensPerSecond))
    parts.append(NumberText.size(metrics.residentBytes))
    parts.append("eta " + (timeLeft(metrics).map(NumberText.duration) ?? "?"))
    return parts.joined(separator: "  ")
  }

  /// Expected tokens of a cycle when each drafted token is accepted with probability `acceptance`.
  ///
  /// Source: Leviathan and others, 2023, equation 1: (1 - α^(γ+1)) / (1 - α).
  public static func simulatedTau(acceptance: Double, draftLength: Int) -> Double {
    guard acceptance < 1 else { return Double(draftLength + 1) }
    return (1 - pow(acceptance, Double(draftLength + 1))) / (1 - acceptance)
  }

  private mutating func remember(_ metrics: StepMetrics) {
    if metrics.loss.isFinite { losses.append(metrics.loss) }
    if losses.count > Self.lossWindow { losses.removeFirst() }
    seconds.append(metrics.stepSeconds)
    if seconds.count > Self.timeWindow { seconds.removeFirst() }
  }

  private func zScore(of loss: Double) -> Double? {
    guard losses.count >= 8, loss.isFinite else { return nil }
    let mean = losses.reduce(0, +) / Double(losses.count)
    let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(losses.count)
    guard variance > 0 else { return nil }
    return (loss - mean) / variance.squareRoot()
  }

  private func timeLeft(_ metrics: StepMetrics) -> Double? {
    guard seconds.count >= 3 else { return nil }
    let trim = seconds.count / 10
    let middle = seconds.sorted().dropFirst(trim).dropLast(trim)
    return middle.reduce(0, +) / Double(middle.count) * Double(metrics.totalSteps - metrics.step)
  }

  private static func position(_ metrics: StepMetrics) -> String {
    let total = String(metrics.totalSteps)
    let step = String(metrics.step)
    let padding = String(repeating: " ", count: max(0, total.count - step.count))
    let percent = metrics.totalSteps > 0 ? 100 * Double(metrics.step) / Double(metrics.totalSteps) : 100
    return "step \(padding)\(step)/\(total)  \(NumberText.fixed(percent, 1))%"
  }

  private static func rate(_ tokensPerSecond: Double) -> String {
    tokensPerSecond < 10_000
      ? NumberText.fixed(tokensPerSecond, 0) + " tok/s"
      : NumberText.fixed(tokensPerSecond / 1000, 1) + "k tok/s"
  }
}
