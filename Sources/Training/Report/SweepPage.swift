internal import Charts
internal import Evaluation
internal import FileSystem

/// The page of a sweep: how fast chains are by their threshold, what they waste, and every figure.
package struct SweepPage {
  private let points: [SweepRequest.Point]
  private let subject: String
  private let version: String

  /// - Parameters:
  ///   - subject: what was measured.
  ///   - version: of the program.
  package init(_ points: [SweepRequest.Point], subject: String, version: String) {
    (self.points, self.subject, self.version) = (points, subject, version)
  }

  /// Writes it, durably.
  package func write(to path: String) throws {
    let masthead = Markup.tag(
      "header",
      [
        .tag("p", ["class": "kicker"], "Pacer sweep"), .tag("h1", subject),
        .tag("p", ["class": "lead"], points.first?.report.measured.promptSummary ?? ""),
      ])
    let page = PageShell(title: subject, version: version, source: subject).bytes(
      masthead,
      [
        ReportSection(
          "speed", "Speed", [.tag("div", ["class": "charts"], [speed, memoryBound, length, waste])]),
        ReportSection("figures", "Figures", [table]),
      ])
    try DurableFile.write(page, to: path)
  }

  private func series(
    _ family: SweepRequest.Family, _ y: (SweepRequest.Point) -> Double?
  ) -> Series {
    Series(
      family.title, points.filter { $0.family == family }.map { .init($0.value, y($0)) })
  }

  private var speed: Markup {
    byThreshold("Speed-up by threshold", "times plain decoding") { $0.report.speed?.speedUp }
  }

  /// What the clock of this machine has no part in.
  private var memoryBound: Markup {
    byThreshold("Memory-bound speed-up by threshold", "tau / (c · drafts + 1)") {
      $0.report.overall.memoryBoundSpeedUp
    }
  }

  /// Rules by their threshold, beside the best of the fixed lengths; colours are those of the other charts.
  private func byThreshold(
    _ title: String, _ label: String, _ y: (SweepRequest.Point) -> Double?
  ) -> Markup {
    var lines: [Series] = []
    let fixed = points.filter { $0.family == .fixed && y($0) != nil }
    if let best = fixed.max(by: { (y($0) ?? 0) < (y($1) ?? 0) }) {
      lines.append(
        Series("best fixed length, \(Int(best.value))", [.init(0, y(best)), .init(1, y(best))]))
    }
    lines += [.confidence, .rejection].filter { family in points.contains { $0.family == family } }.map {
      series($0, y)
    }
    return LineChart(
      title, x: Axis("threshold", .fixed(0...1), format: TrainingSection.number),
      y: Axis(label, format: TrainingSection.number), series: lines, marksPoints: true
    ).markup
  }

  private var length: Markup {
    LineChart(
      "Speed-up by fixed length", x: Axis("tokens", isWhole: true, format: TrainingSection.number),
      y: Axis("times plain decoding", format: TrainingSection.number),
      series: [series(.fixed) { $0.report.speed?.speedUp }], marksPoints: true
    ).markup
  }

  /// Towards the lower left both are better.
  private var waste: Markup {
    let lines = SweepRequest.Family.allCases.compactMap { family -> Series? in
      let own = points.filter { $0.family == family }.compactMap { point -> Series.Point? in
        let metrics = point.report.overall.metrics
        return metrics.discardRate.map { .init($0, metrics.verificationRate) }
      }
      return own.isEmpty ? nil : Series(family.title, own.sorted { $0.x < $1.x })
    }
    return LineChart(
      "What is wasted", x: Axis("discarded drafts for a token", format: TrainingSection.number),
      y: Axis("calls of the target for a token", format: TrainingSection.number), series: lines,
      marksPoints: true
    ).markup
  }

  private var table: Markup {
    let numbers = [
      "tau", "95 %", "length", "discarded", "verified", "MBSU", "tokens/s", "speed-up",
    ]
    var table = ReportTable([("chain", false)] + numbers.map { ($0, true) })
    for point in points { table.append(point.cells) }
    return table.markup
  }
}

extension SweepRequest.Family {
  /// In words.
  package var title: String {
    switch self {
    case .fixed: "fixed length"
    case .confidence: "ends below a confidence"
    case .rejection: "ends above a rejection"
    }
  }
}

extension SweepRequest.Point {
  /// Its name and figures, as a line of a table: tau, its interval, the mean length, discarded drafts and calls of the target
  /// for a token, memory-bound speed-up, tokens a second, and the speed-up measured.
  package var cells: [String] {
    let (figures, metrics) = (report.overall, report.overall.metrics)
    let name = family == .fixed ? "\(Int(value))" : "\(family.rawValue) \(value)"
    return [
      name, NumberText.figure(metrics.tau, 2),
      figures.tauInterval.map { NumberText.range($0.lower, $0.upper, 2) } ?? "-",
      NumberText.figure(metrics.meanDraftLength, 2), NumberText.figure(metrics.discardRate, 2),
      NumberText.figure(metrics.verificationRate, 2), NumberText.figure(figures.memoryBoundSpeedUp, 2),
      NumberText.figure(report.speed?.speculativeTokensPerSecond, 0),
      NumberText.figure(report.speed?.speedUp, 2),
    ]
  }
}
