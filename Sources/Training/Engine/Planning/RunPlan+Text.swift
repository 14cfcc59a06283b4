extension RunPlan {
  /// The plan for a person.
  package var lines: [String] {
    var lines = ["plan of \(name): nothing is written", ""]
    lines.append("trained   \(Self.text(trained))")
    if let target { lines.append("target    \(Self.text(target))") }
    if !sources.isEmpty { lines.append("data      " + sources.map(Self.text).joined(separator: "; ")) }
    lines.append("")
    lines.append(Self.row(["stage", "kind", "steps", "tokens", "TFLOP", "memory", "disk", "time"]))
    lines += stages.map { Self.row(cells($0)) }
    lines.append(
      Self.row([
        "all", "", String(stages.reduce(0) { $0 + $1.steps }), String(tokens),
        NumberText.fixed(operations * 1e-12, 2), NumberText.size(peakBytes), NumberText.size(diskBytes),
        seconds.map(NumberText.duration) ?? "?",
      ]))
    lines += ["", memoryLine, diskLine, timeLine]
    lines += stages.filter { !$0.epochs.isEmpty }.map(Self.epochsLine)
    if !fits { lines.append("This does not fit on this machine.") }
    return lines
  }

  private var memoryLine: String {
    let shares = (held + (largestStage?.memory ?? [])).filter { $0.bytes > 0 }
    let parts = shares.map { "\($0.purpose) \(NumberText.size($0.bytes))" }.joined(separator: ", ")
    let place = largestStage.map { " in \($0.name)" } ?? ""
    return
      "memory    \(NumberText.size(peakBytes)) at most\(place), of \(NumberText.size(availableMemoryBytes)) "
      + "free: \(parts)"
  }

  private var diskLine: String {
    let checkpoint = stages.map(\.checkpointBytes).max() ?? 0
    return "disk      \(NumberText.size(diskBytes)) at most, of \(NumberText.size(freeDiskBytes)) free; "
      + "\(checkpointCount) checkpoints of up to \(NumberText.size(checkpoint))"
  }

  private var timeLine: String {
    guard let seconds else { return "time      not measured: the stages that train do not fit into memory" }
    return
      "time      about \(NumberText.duration(seconds)) on \(threads) threads, from steps of random numbers timed "
      + "just now" + (stages.contains(where: \.isServed) ? "; what a server takes is not in it" : "")
  }

  private static func epochsLine(_ stage: Stage) -> String {
    "\(stage.name) goes through "
      + stage.epochs.map { "\($0.source) \(NumberText.fixed($0.count, 2)) times" }.joined(separator: ", ")
  }

  private func cells(_ stage: Stage) -> [String] {
    [
      stage.name, stage.kind, stage.steps > 0 ? String(stage.steps) : "",
      stage.tokens > 0 ? String(stage.tokens) : "",
      stage.operations > 0 ? NumberText.fixed(stage.operations * 1e-12, 2) : "",
      NumberText.size(held.total + stage.memory.total),
      stage.diskBytes + stage.checkpointBytes > 0
        ? NumberText.size(stage.diskBytes + stage.checkpointBytes) : "",
      stage.seconds.map(NumberText.duration) ?? "?",
    ]
  }

  private static func row(_ cells: [String]) -> String {
    let widths = [20, 10, 8, 13, 10, 10, 10, 8]
    return zip(cells, widths).enumerated().map { index, cell in
      let padding = String(repeating: " ", count: max(1, cell.1 - cell.0.count))
      return index < 2 ? cell.0 + padding : padding + cell.0
    }.joined()
  }

  private static func text(_ model: Model) -> String {
    let whole = "\(NumberText.grouped(model.parameters)) parameters"
    let vocabulary = "\(NumberText.grouped(model.vocabularyParameters)) of them embedding and head"
    let trainable =
      model.trainableParameters == model.parameters
      ? "all trained" : "\(NumberText.grouped(model.trainableParameters)) trained"
    return "\(whole), \(vocabulary), \(trainable)"
  }

  private static func text(_ source: Source) -> String {
    "\(source.name) \(NumberText.grouped(source.documents)) documents, \(NumberText.grouped(source.tokens)) tokens"
  }
}
