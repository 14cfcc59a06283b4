internal import DraftData
internal import Drafters
internal import Evaluation
internal import FileSystem
internal import Foundation
internal import Models

/// Draft-and-verify with the target by the fixed protocol; the report stays in the run folder.
struct EvaluateStage {
  let settings: EvaluateStageRecipe
  let context: StageContext
  let model: DraftModel

  /// Where the report of a stage lies.
  static func path(_ name: String, in folder: RunFolder) -> String {
    Path.joined(folder.evaluations, name + ".json")
  }

  /// Where some of its draft trees lie.
  static func treesPath(_ name: String, in folder: RunFolder) -> String {
    Path.joined(folder.evaluations, name + SpelledTree.fileEnding)
  }

  /// Cycles of a prompt whose trees are kept.
  private static let keptCycles = 8

  /// Measures and writes the report, unless that has been done.
  func run(_ progress: RunProgress) throws {
    let path = Self.path(settings.name, in: context.folder)
    guard Directory.kind(of: path) == nil else { return }
    guard let target = try context.materials.target() else {
      throw InputError(.usage, key: "target", found: "there is no target to evaluate '\(settings.name)' with")
    }
    let start = ProcessFacts.monotonicNanoseconds()
    let prompts = try context.materials.prompts(settings.prompts, count: settings.count)
    let floor =
      settings.floor > 0
      ? try context.materials.floor(order: settings.floor, stages: progress.stage) : nil
    let report = try context.materials.withDrafter(model, settings.draftVocabulary, stages: progress.stage) {
      try EvaluationSession(
        target: target.model, drafter: $0, shape: try settings.shape(), temperature: settings.temperature,
        promptCount: prompts.count, promptTokens: settings.promptTokens,
        newTokens: settings.newTokens, seed: UInt64(context.recipe.seed), on: context.backend
      ).run(prompts, floor: floor, trees: .prompts(Self.firstOfEachDomain(prompts)))
    }
    try Directory.create(context.folder.evaluations)
    try SpelledTree.write(
      try spelled(report.trees, prompts), to: Self.treesPath(settings.name, in: context.folder))
    // The report comes last: its presence says that the stage is done.
    try DurableFile.write(try report.jsonBytes(), to: path)
    tell(report, step: progress.step, seconds: Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9)
  }

  /// The prompts of which a report shows trees.
  private static func firstOfEachDomain(_ prompts: [EvaluationPrompt]) -> Set<Int> {
    var seen: Set<String?> = []
    return Set(prompts.indices.filter { seen.insert(prompts[$0].domain).inserted })
  }

  private func spelled(_ trees: [VerifiedTree], _ prompts: [EvaluationPrompt]) throws -> [SpelledTree] {
    SpelledTree.spelled(
      trees,
      prompts: prompts.map {
        EvaluationPrompt(tokens: Array($0.tokens.prefix(settings.promptTokens)), domain: $0.domain)
      }, tokenizer: try context.materials.tokenizer(), cycleLimit: Self.keptCycles)
  }

  private func tell(_ report: EvaluationReport, step: Int, seconds: Double) {
    let all = [(name: "all", figures: report.overall)] + report.domains
    for (name, figures) in all {
      context.observer.receive(
        .evaluated(
          AcceptanceSummary(
            step: step, stage: settings.name, isBrief: false, domain: name, tau: figures.metrics.tau ?? 1,
            acceptanceRate: figures.metrics.acceptanceRate ?? 0,
            speedup: name == "all" ? report.speed?.speedUp : nil, seconds: seconds)))
    }
  }
}

extension EvaluationReport {
  /// The report as the JSON object that `pacer evaluate --json` prints.
  package func jsonBytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return Array(try encoder.encode(self)) + [0x0a]
  }
}
