internal import Charts

/// Curves of what was logged while training, by step.
struct TrainingSection {
  let record: RunRecord

  private var history: MetricsHistory { record.history }

  var section: ReportSection {
    guard !history.steps.isEmpty else {
      return ReportSection("training", "Training", [ReportSection.absent("No step is logged yet.")])
    }
    let every = record.recipe.logging.everySteps
    var note =
      every > 1
      ? "Every \(NumberText.grouped(every))th step is logged, and tells of that step alone."
      : "Every step is logged."
    if history.hasUnfinishedLine { note += " The last line of the log has no end yet and is left out." }
    return ReportSection(
      "training", "Training",
      [ReportSection.note(note), .tag("div", ["class": "charts"], charts.compactMap(\.self).map(\.markup))])
  }

  private var charts: [LineChart?] {
    [
      chart("Loss", Axis("loss", .values, format: Self.number), losses),
      chart("Acceptance while training", Axis("share", .including(0), format: Self.percent), acceptance),
      chart(
        "Tau of short evaluations", Axis("tokens per call", .including(1), format: Self.number), tau,
        marksPoints: true),
      chart(
        "Learning rate", Axis("learning rate", .including(0), format: Self.small),
        series("learning rate", "lr")),
      chart(
        "Gradient norm, before clipping", Axis("norm", .decades, format: Self.number),
        series("norm", "grad_norm")),
      chart(
        "Throughput", Axis("tokens per second", .including(0), format: Self.number),
        series("tokens/s", "tok_s")),
      chart(
        "Memory held", Axis("resident", .including(0), format: Self.mebibytes), series("memory", "rss_mib")),
      chart("Waiting since the line before", Axis("seconds", .including(0), format: Self.number), waits),
    ]
  }

  private func chart(_ title: String, _ axis: Axis, _ series: [Series], marksPoints: Bool = false)
    -> LineChart?
  {
    let known = series.filter { !$0.points.isEmpty }
    guard !known.isEmpty else { return nil }
    return LineChart(
      title, x: Axis("step", isWhole: true, format: Self.number), y: axis, series: known,
      bands: history.bands,
      marksPoints: marksPoints)
  }

  private func series(_ name: String, _ key: String) -> [Series] { [Series(name, history.points(key))] }

  /// The loss, and what it is made of: rates of agreement are no part of it, and a part that is all of it is not repeated.
  private var losses: [Series] {
    let loss = history.points("loss")
    let terms = history.lossTerms.filter { $0 != Self.agreement && history.points($0) != loss }
    return [Series("loss", loss)] + terms.prefix(5).map { Series(Self.name(ofTerm: $0), history.points($0)) }
  }

  private var acceptance: [Series] {
    series("chance to be accepted", "acceptance") + series("first choice is the label", Self.agreement)
  }

  private var tau: [Series] {
    let points = history.evaluations.filter(\.isBrief).map { Series.Point(Double($0.step), $0.tau) }
    return [Series("tau", points)]
  }

  private var waits: [Series] {
    series("for data", "data_wait_s") + series("for saves", "save_wait_s")
  }

  private static let agreement = "loss/top1"

  private static func name(ofTerm key: String) -> String {
    switch key {
    case "loss/ce": "cross-entropy"
    case "loss/forward_kl": "divergence from the target"
    default: String(key.dropFirst("loss/".count))
    }
  }
}

/// How the axes write their numbers.
extension TrainingSection {
  /// `1,500`, `0.25`; what is too small for that as a power of ten.
  static let number: NumberFormat = { value, digits in
    guard digits <= 4, abs(value) < 1e15 else { return small(value, digits) }
    return digits == 0 ? NumberText.grouped(Int(value.rounded())) : NumberText.fixed(value, digits)
  }

  static let percent: NumberFormat = { value, digits in
    NumberText.fixed(100 * value, max(0, digits - 2)) + " %"
  }

  static let small: NumberFormat = { value, digits in
    value == 0
      ? "0" : digits > 3 || value >= 1e15 ? NumberText.scientific(value) : NumberText.fixed(value, digits)
  }

  static let mebibytes: NumberFormat = { value, _ in NumberText.size(Int(min(value, 1e12) * 1_048_576)) }
}
