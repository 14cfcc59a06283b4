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
    parts.append("loss " + Self.fixed(metrics.loss, 3) + (score.map { " (" + Self.signed($0) + "z)" } ?? ""))
    if let acceptance = metrics.acceptance {
      var text = "acc " + Self.fixed(acceptance, 2)
      if let draftLength {
        text += " tau~" + Self.fixed(Self.simulatedTau(acceptance: acceptance, draftLength: draftLength), 2)
      }
      parts.append(text)
    }
    parts.append("lr " + Self.scientific(metrics.learningRate))
    parts.append("|g| " + Self.fixed(metrics.gradientNorm, 2))
    parts.append(Self.rate(metrics.tokensPerSecond))
    parts.append(Self.size(metrics.residentBytes))
    parts.append("eta " + (timeLeft(metrics).map(Self.duration) ?? "?"))
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
    return "step \(padding)\(step)/\(total)  \(fixed(percent, 1))%"
  }
}

extension ProgressLine {
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    return value.formatted(
      .number.precision(.fractionLength(digits)).grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
  }

  private static func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + fixed(value, 1) }

  /// `3.0e-04`
  static func scientific(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return fixed(value, 0) }
    var exponent = Int(log10(value).rounded(.down))
    var mantissa = fixed(value / pow(10, Double(exponent)), 1)
    if mantissa == "10.0" {
      mantissa = "1.0"
      exponent += 1
    }
    let digits = String(abs(exponent))
    return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(digits.count < 2 ? "0" : "")\(digits)"
  }

  private static func rate(_ tokensPerSecond: Double) -> String {
    tokensPerSecond < 10_000
      ? fixed(tokensPerSecond, 0) + " tok/s" : fixed(tokensPerSecond / 1000, 1) + "k tok/s"
  }

  /// `912 MB`, `3.2 GB`, in powers of 1024.
  static func size(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 1000 ? fixed(mebibytes, 0) + " MB" : fixed(mebibytes / 1024, 1) + " GB"
  }

  /// `42s`, `3m05s`, `1h12m`, `2d03h`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(max(0, seconds.rounded()))
    func pair(_ first: Int, _ unit: String, _ second: Int, _ subunit: String) -> String {
      "\(first)\(unit)\(second < 10 ? "0" : "")\(second)\(subunit)"
    }
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return pair(whole / 60, "m", whole % 60, "s")
    case ..<86_400: return pair(whole / 3600, "h", whole % 3600 / 60, "m")
    default: return pair(whole / 86_400, "d", whole % 86_400 / 3600, "h")
    }
  }
}
