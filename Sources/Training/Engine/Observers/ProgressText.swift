import DraftData
import FileSystem

/// Events other than steps, in words for a person.
enum ProgressText {
  /// The lines to show; empty for events that need none.
  static func lines(for event: TrainingEvent) -> [String] {
    switch event {
    case .started(let sizes): return start(sizes)
    case .stageStarted(let stage):
      let steps = stage.steps > 0 ? ", \(stage.steps) steps" : ""
      return ["stage \(stage.number)/\(stage.count): \(stage.name) (\(stage.kind)\(steps))"]
    case .firstBatch(let stage, let preview): return batch(of: stage, preview)
    case .step: return []
    case .evaluated(let summary): return [evaluation(summary)]
    case .checkpointSaved(let step, let path, let bytes, let seconds):
      let size = NumberText.size(bytes)
      return ["saved step \(step): \(path) (\(size), \(NumberText.fixed(seconds, 2)) s)"]
    case .advanced(let stage, let done, let total, let unit, let seconds):
      let percent = total > 0 ? 100 * Double(done) / Double(total) : 100
      let rate = seconds > 0 ? Double(done) / seconds : 0
      let left = rate > 0 ? "  eta " + NumberText.duration(Double(total - done) / rate) : ""
      return [
        "\(stage)  \(done)/\(total) \(unit)  \(NumberText.fixed(percent, 1))%  "
          + "\(NumberText.fixed(rate, 0)) \(unit)/s\(left)"
      ]
    case .sized(let stage, let tokens, let bytes, let freeBytes):
      return [
        "\(stage)  \(NumberText.grouped(tokens)) tokens take \(NumberText.size(bytes)) at most, "
          + "\(NumberText.size(freeBytes)) are free"
      ]
    case .trained(let stage, let times):
      let shares = [("data", times.dataShare), ("saves", times.saveShare)].map {
        "\($0) \(NumberText.fixed(100 * $1, 1)) %"
      }
      return ["\(stage): \(shares.joined(separator: ", ")) of the step time"]
    case .stageFinished(let name, let seconds): return ["\(name) done in \(NumberText.duration(seconds))"]
    case .warning(let text): return ["warning: \(text)"]
    case .stopped(let step, let command): return ["stopped after step \(step); go on with: \(command)"]
    case .finished(let step, let seconds):
      return ["finished: \(step) steps in \(NumberText.duration(seconds))"]
    }
  }

  private static func start(_ sizes: RunSizes) -> [String] {
    let target = sizes.targetParameters.map { ", target \(NumberText.grouped($0)) parameters" } ?? ""
    let frozen = sizes.parameters - sizes.trainableParameters
    let trained =
      "\(NumberText.grouped(sizes.parameters)) parameters"
      + (frozen > 0 ? " (\(NumberText.grouped(frozen)) frozen)" : "")
    let again = sizes.resumedFrom.map { "; goes on after step \($0)" } ?? ""
    return [
      "run \(sizes.folder): \(trained)\(target)\(again)",
      "\(NumberText.grouped(sizes.steps)) steps, \(NumberText.grouped(sizes.tokens)) tokens. "
        + "Ctrl-C once: finish the step, save, exit; twice: exit at once",
    ]
  }

  /// Learnt text stands between ⟦ and ⟧, the rest is only read; documents that share a row are kept apart by ┃.
  private static func batch(of stage: String, _ preview: BatchPreview) -> [String] {
    let text = preview.runs.enumerated().map { index, run in
      let shown = DisplayText.escaped(run.text, limit: 400)
      return (run.beginsDocument && index > 0 ? " ┃ " : "") + (run.isLearnt ? "⟦\(shown)⟧" : shown)
    }
    return [
      "first batch of \(stage): \(NumberText.grouped(preview.learntTokenCount)) of \(NumberText.grouped(preview.tokenCount)) tokens "
        + "are learnt, those between ⟦ and ⟧:",
      "  " + text.joined(),
    ]
  }

  private static func evaluation(_ summary: AcceptanceSummary) -> String {
    var text = "step \(summary.step)  \(summary.isBrief ? "glance" : summary.stage)  \(summary.domain)  "
    text += "tau \(NumberText.fixed(summary.tau, 3)) (accepted + 1)  "
    text += "acceptance \(NumberText.fixed(summary.acceptanceRate, 3))"
    if let speedup = summary.speedup { text += "  speed-up \(NumberText.fixed(speedup, 2))x" }
    return text + "  (\(NumberText.duration(summary.seconds)))"
  }
}
