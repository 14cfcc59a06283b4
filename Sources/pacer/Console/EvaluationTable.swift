import Evaluation
import Training

/// An evaluation report for a person, every figure with its definition.
enum EvaluationTable {
  static func lines(_ report: EvaluationReport) -> [String] {
    var lines = ["protocol  \(report.measured.summary)", ""]
    lines.append(row(["domain", "tau", "95 %", "acceptance", "MBSU", "per depth (conditional)"]))
    lines += rows(report.overall, report.domains)
    if let floor = report.floor { lines += self.lines(floor) }
    if let candidates = report.candidates { lines += self.lines(candidates) }
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

  private static func lines(_ floor: FloorReport) -> [String] {
    let model = "\(floor.order)-gram model of \(floor.countedTokens) tokens"
    var lines = ["", "floor: \(model) in the drafter's place"]
    lines += rows(floor.overall, floor.domains)
    if let advantage = floor.advantage {
      lines.append(
        "tau less the floor's: \(number(advantage.difference, 3)), 95 % "
          + "\(number(advantage.interval.lower, 2)) to \(number(advantage.interval.upper, 2))")
    }
    return lines
  }

  private static func lines(_ report: CandidateReport) -> [String] {
    func line(_ rule: String, _ acceptance: String, _ bound: String) -> String {
      let name = rule + String(repeating: " ", count: max(1, 42 - rule.count))
      return name + acceptance + String(repeating: " ", count: max(1, 12 - acceptance.count)) + bound
    }
    let heading =
      "\(report.candidates) candidates, \(report.positions) of \(report.judged) positions"
    return ["", line(heading, "accepted", "at most")]
      + report.rules.map {
        line($0.rule, number($0.acceptance, 4), $0.bound.map { number($0, 4) } ?? "the same")
      }
  }

  private static func rows(
    _ overall: EvaluationFigures, _ domains: [(name: String, figures: EvaluationFigures)]
  ) -> [String] {
    ([(name: "all", figures: overall)] + domains).map { name, figures in
      let metrics = figures.metrics
      return row([
        name, number(metrics.tau, 3), figures.tauInterval.map(range) ?? "-",
        number(metrics.acceptanceRate, 3), number(figures.memoryBoundSpeedUp, 2),
        metrics.perDepth.map { number($0, 2) }.joined(separator: " "),
      ])
    }
  }

  private static func range(_ interval: ConfidenceInterval) -> String {
    NumberText.range(interval.lower, interval.upper, 2)
  }

  private static func row(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
      cell + String(repeating: " ", count: max(1, (index == 0 ? 14 : 12) - cell.count))
    }.joined()
  }

  private static func number(_ value: Double?, _ digits: Int) -> String { NumberText.figure(value, digits) }
}
