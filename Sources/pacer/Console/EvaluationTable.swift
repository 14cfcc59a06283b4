import Evaluation
import Foundation

/// An evaluation report for a person, every figure with its definition.
enum EvaluationTable {
  static func lines(_ report: EvaluationReport) -> [String] {
    var lines = ["protocol  \(report.measured.summary)", ""]
    lines.append(row(["domain", "tau", "95 %", "acceptance", "MBSU", "per depth (conditional)"]))
    for (name, figures) in [(name: "all", figures: report.overall)] + report.domains {
      let metrics = figures.metrics
      lines.append(
        row([
          name, number(metrics.tau, 3),
          figures.tauInterval.map { number($0.lower, 2) + "–" + number($0.upper, 2) } ?? "-",
          number(metrics.acceptanceRate, 3), number(figures.memoryBoundSpeedUp, 2),
          metrics.perDepth.map { number($0, 2) }.joined(separator: " "),
        ]))
    }
    lines.append("")
    if let speed = report.speed {
      lines.append(
        "speed-up \(number(speed.speedUp, 2))x: \(number(speed.speculativeTokensPerSecond, 0)) against "
          + "\(number(speed.plainTokensPerSecond, 0)) tokens/s of plain decoding, one text at a time, here")
    }
    if let agreement = report.greedyEqual {
      lines.append(
        "greedy text equals the target's own on \(agreement.equal) prompts, "
          + "\(agreement.ties) ties, \(agreement.different) different")
    }
    lines.append("")
    lines += AcceptanceDefinitions.all.map { "\($0.key): \($0.text)" }
    return lines
  }

  private static func row(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
      cell + String(repeating: " ", count: max(1, (index == 0 ? 14 : 12) - cell.count))
    }.joined()
  }

  private static func number(_ value: Double?, _ digits: Int) -> String {
    guard let value else { return "-" }
    return value.formatted(
      .number.precision(.fractionLength(digits)).grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
  }
}
