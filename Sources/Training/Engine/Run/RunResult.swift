package import DraftData
internal import FileSystem

/// What a finished run has to show: the evaluations side by side, and where its files lie.
package struct RunResult {
  private let rows: [(stage: String, report: JSONNode)]
  private let exports: [String]
  private let folder: RunFolder
  private let trained: [(stage: String, times: TrainingTimes)]

  /// Collects the reports and exports of a run's folder.
  ///
  /// - Parameter trained: the training stages of this process and where their time went; it is not in the folder.
  package init(
    _ recipe: Recipe, folder: RunFolder, trained: [(stage: String, times: TrainingTimes)] = []
  ) throws {
    self.folder = folder
    self.trained = trained
    rows = try recipe.stages.compactMap { stage in
      guard case .evaluate(let it) = stage else { return nil }
      let path = EvaluateStage.path(it.name, in: folder)
      guard Directory.kind(of: path) == .file else { return nil }
      return (it.name, try JSONNode.parse(try File.readAll(path, limit: 1 << 24), file: path))
    }
    exports = try recipe.stages.flatMap { stage -> [String] in
      guard case .export(let it) = stage else { return [] }
      let path = Path.joined(folder.exports, it.name)
      return Directory.kind(of: path) == .folder ? try Directory.list(path).map { Path.joined(path, $0) } : []
    }
  }

  /// One object: the evaluations and the times of training by stage, the exports' paths, the run folder.
  package var json: JSONValue {
    var evaluations = JSONObject()
    for row in rows { evaluations[row.stage] = row.report.value }
    var training = JSONObject()
    for entry in trained { training[entry.stage] = entry.times.json }
    return [
      "run": .string(folder.path), "evaluations": .object(evaluations), "training": .object(training),
      "exports": .array(exports.map { .string($0) }),
    ]
  }

  /// A table of mean acceptance lengths by domain, and the files.
  package var lines: [String] {
    var lines: [String] = []
    if !rows.isEmpty {
      let domains = rows.last.map { Self.domains($0.report) } ?? []
      lines.append("")
      lines.append(Self.cells(["stage", "tau", "95 %"] + domains + ["MBSU", "speed-up", "greedy equal"]))
      lines += rows.flatMap { Self.rows($0.stage, $0.report.value, domains) }
      lines.append(
        "tau: mean tokens per target call = accepted draft tokens + 1; MBSU = tau / (c·draft length + 1), "
          + "c = bytes read for a token of drafter / target; speed-up: wall clock over plain decoding, batch 1, this machine; "
          + "floor: an n-gram model of what the last training stage learnt, in the drafter's place")
    }
    lines += exports.map { "exported \($0)" }
    lines.append("run folder \(folder.path)")
    return lines
  }

  private static func cells(_ texts: [String]) -> String {
    texts.enumerated().map { index, text in
      let width = index == 0 ? 20 : 13
      return text + String(repeating: " ", count: max(1, width - text.count))
    }.joined()
  }

  private static func domains(_ report: JSONNode) -> [String] {
    report.value["domains"]?.objectValue?.keys ?? []
  }

  /// The row of a drafter, and of its floor where there is one.
  private static func rows(_ stage: String, _ report: JSONValue, _ domains: [String]) -> [String] {
    let agreement = ["equal", "ties", "different"].map { text(report["greedy_equal"]?[$0]) }
    let own = [text(report["mbsu"]), text(report["speedup"]), agreement.joined(separator: "/")]
    var rows = [cells([stage] + acceptance(report, domains) + own)]
    if let floor = report["floor"], let order = floor["order"] {
      rows.append(cells(["  floor, \(text(order))-gram"] + acceptance(floor, domains) + ["-", "-", "-"]))
    }
    return rows
  }

  private static func acceptance(_ value: JSONValue, _ domains: [String]) -> [String] {
    let interval = value["tau_interval"]?.arrayValue?.map(text).joined(separator: "–") ?? "-"
    return [text(value["tau"]), interval] + domains.map { text(value["domains"]?[$0]?["tau"]) }
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case .number(let number): return NumberText.fixed(number, 2)
    case .integer(let number): return String(number)
    default: return "-"
    }
  }
}

extension TrainingTimes {
  /// Seconds of wall time, and what was waited for as shares of it.
  fileprivate var json: JSONValue {
    [
      "seconds": .number(stepSeconds + saveWaitSeconds), "data_share": .number(dataShare),
      "save_share": .number(saveShare),
    ]
  }
}
