internal import Charts
internal import Evaluation

/// What the evaluations of a run measured: the table of all of them, tau with its intervals, and acceptance by depth.
struct AcceptanceSection {
  let record: RunRecord

  private var evaluations: [EvaluationRecord] { record.evaluations }

  var section: ReportSection {
    guard !evaluations.isEmpty else {
      return ReportSection(
        "acceptance", "Acceptance", [ReportSection.absent("No evaluation of this run is done yet.")])
    }
    return ReportSection(
      "acceptance", "Acceptance",
      [table, .tag("div", ["class": "charts"], [tau] + depths), protocols, definitions])
  }

  /// The domains of all evaluations, in the order of their first appearance.
  private var domains: [String] {
    var names: [String] = []
    for name in evaluations.flatMap({ $0.domains.map(\.name) }) where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  private var table: Markup {
    let numbers = ["tau", "95 %"] + domains + ["accepted", "MBSU", "speed-up", "greedy equal"]
    var table = ReportTable([("evaluation", false)] + numbers.map { ($0, true) })
    for it in evaluations {
      let agreement = it.greedyEqual.map { "\($0.equal)/\($0.ties)/\($0.different)" } ?? "-"
      table.append(
        [it.name] + cells(it.overall, it.domains) + [
          NumberText.figure(it.overall.memoryBoundSpeedUp, 2), NumberText.figure(it.speedUp, 2), agreement,
        ])
      guard let floor = it.floor else { continue }
      table.append(
        ["floor, \(floor.order)-gram"] + cells(floor.overall, floor.domains) + ["-", "-", "-"], isMinor: true)
    }
    return table.markup
  }

  private func cells(
    _ overall: EvaluationRecord.Figures, _ own: [(name: String, figures: EvaluationRecord.Figures)]
  ) -> [String] {
    let interval = overall.tauInterval.map { NumberText.range($0.lowerBound, $0.upperBound, 2) } ?? "-"
    let byDomain = domains.map { name in own.first { $0.name == name }?.figures.tau }
    return [NumberText.figure(overall.tau, 2), interval] + byDomain.map { NumberText.figure($0, 2) }
      + [NumberText.figure(overall.acceptanceRate, 3)]
  }

  private var tau: Markup {
    let groups = evaluations.map { it in
      IntervalChart.Group(
        it.name, ([("all", it.overall)] + it.domains).map { .init($0.0, $0.1.tau, $0.1.tauInterval) })
    }
    return IntervalChart(
      "Tau by domain, 95 % intervals",
      axis: Axis("tokens per call of the target", .including(0), format: TrainingSection.number),
      groups: groups,
      reference: (1, "no drafter")
    ).markup
  }

  private var depths: [Markup] {
    evaluations.compactMap { it in
      // Six lines can be told apart; a seventh domain stands in the table.
      let series = ([("all", it.overall)] + it.domains).prefix(6).map { name, figures in
        Series(name, figures.perDepth.enumerated().map { .init(Double($0 + 1), $1) })
      }
      guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
      return LineChart(
        "Accepted by depth: \(it.name)", x: Axis("depth", isWhole: true, format: TrainingSection.number),
        y: Axis("share", .fixed(0...1), format: TrainingSection.percent), series: series, marksPoints: true
      ).markup
    }
  }

  private var protocols: Markup {
    .tag(
      "ul", ["class": "note"],
      evaluations.map { .tag("li", [.tag("b", $0.name), .text(": " + $0.summary)]) })
  }

  private var definitions: Markup {
    let terms = AcceptanceDefinitions.all.flatMap { [.tag("dt", $0.key), .tag("dd", $0.text)] as [Markup] }
    return .tag(
      "details", [.tag("summary", "What each figure is"), .tag("dl", ["class": "facts"], terms)])
  }
}
