internal import Charts

/// The stages of a run, one a row: what they are, whether they are done, and how long they took.
struct StagesSection {
  let record: RunRecord

  var section: ReportSection {
    var table = ReportTable([
      ("stage", false), ("kind", false), ("steps", true), ("tokens per step", true), ("state", false),
      ("took", true), ("waiting", false),
    ])
    for stage in record.recipe.stages {
      let training = stage.training
      table.append([
        stage.name, stage.kind, training.map { NumberText.grouped($0.steps) } ?? "-",
        training.map { NumberText.grouped($0.tokensPerStep) } ?? "-", state(of: stage),
        duration(of: stage) ?? "-", record.log?.waits.first { $0.stage == stage.name }?.shares ?? "-",
      ])
    }
    let starts = record.log?.starts ?? 0
    let note =
      starts > 1
      ? ReportSection.note(
        "\(starts) processes have worked on this run, one after another: a stage took what the last of them spent on it."
      )
      : .nothing
    return ReportSection("stages", "Stages", [table.markup, note])
  }

  private func duration(of stage: StageRecipe) -> String? {
    record.log?.durations.first { $0.stage == stage.name }?.duration
  }

  private func state(of stage: StageRecipe) -> String {
    if duration(of: stage) != nil { return "done" }
    if let last = record.history.steps.last(where: { $0.stage == stage.name }) {
      return "step \(NumberText.grouped(last.stageStep))"
    }
    return record.evaluations.contains { $0.name == stage.name } ? "done" : "not yet"
  }
}
