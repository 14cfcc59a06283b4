package import DraftData
internal import FileSystem

/// What a finished run has to show: the evaluations side by side, and where its files lie.
package struct RunResult {
  private let rows: [(stage: String, report: JSONNode)]
  private let exports: [String]
  private let folder: RunFolder

  /// Collects the reports and exports of a run's folder.
  package init(_ recipe: Recipe, folder: RunFolder) throws {
    self.folder = folder
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

  /// One object: the evaluations by stage, the exports' paths, the run folder.
  package var json: JSONValue {
    var evaluations = JSONObject()
    for row in rows { evaluations[row.stage] = row.report.value }
    return [
      "run": .string(folder.path), "evaluations": .object(evaluations),
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
      lines += rows.map { Self.cells([$0.stage] + Self.figures($0.report, domains)) }
      lines.append(
        "tau: mean tokens per target call = accepted draft tokens + 1; MBSU = tau / (c·draft length + 1), "
          + "c = bytes of drafter / target; speed-up: wall clock over plain decoding, batch 1, this machine")
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

  private static func figures(_ report: JSONNode, _ domains: [String]) -> [String] {
    let value = report.value
    let interval = value["tau_interval"]?.arrayValue?.map(text).joined(separator: "–") ?? "-"
    let ties = value["greedy_equal"]
    let agreement = ["equal", "ties", "different"].map { key in text(ties?[key]) }.joined(separator: "/")
    return [text(value["tau"]), interval]
      + domains.map { text(value["domains"]?[$0]?["tau"]) }
      + [text(value["mbsu"]), text(value["speedup"]), agreement]
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case .number(let number): return NumberText.fixed(number, 2)
    case .integer(let number): return String(number)
    default: return "-"
    }
  }
}
