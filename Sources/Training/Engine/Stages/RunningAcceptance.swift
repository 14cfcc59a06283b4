internal import Autodiff
internal import Drafters
internal import Evaluation
internal import FileSystem
internal import Models

/// A short draft-and-verify on a few held-out prompts while a drafter trains.
final class RunningAcceptance {
  private let settings: RunningEvaluationRecipe
  private let context: StageContext
  private let evaluator: Evaluator
  private let prompts: [EvaluationPrompt]
  private let speculative: any SpeculativeDecoding

  /// Nil where the recipe has no target or asks for no measurement.
  init?(_ context: StageContext, model: DraftModel) throws {
    guard let settings = context.recipe.evaluation, let loaded = try context.materials.target() else {
      return nil
    }
    self.settings = settings
    self.context = context
    prompts = try context.materials.prompts(settings.prompts, count: settings.count)
    evaluator = Evaluator(
      protocol: try EvaluationProtocol(
        promptCount: max(prompts.count, 1), promptTokens: settings.promptTokens,
        newTokens: settings.newTokens,
        shape: try settings.shape(), seed: UInt64(context.recipe.seed), timedPrompts: 0))
    let decoders = try settings.decoders(
      target: loaded.model, drafter: model, promptCount: prompts.count, on: context.backend)
    speculative = try decoders.speculative(seed: UInt64(context.recipe.seed))
  }

  /// Measures if it is time to; says whether the result is among the best so far.
  func measure(
    stage: String, average: ExponentialMovingAverage?, _ progress: inout RunProgress
  ) throws -> Bool {
    guard progress.step.isMultiple(of: settings.everySteps), !prompts.isEmpty else { return false }
    let start = ProcessFacts.monotonicNanoseconds()
    let measure = { try self.evaluator.acceptance(self.speculative, prompts: self.prompts) }
    let log = try average.map { try $0.withAverages { try measure() } } ?? measure()
    let metrics = AcceptanceMetrics(log)
    let acceptanceLength = metrics.tau ?? 1
    context.observer.receive(
      .evaluated(
        AcceptanceSummary(
          step: progress.step, stage: stage, isBrief: true, domain: "all", tau: acceptanceLength,
          acceptanceRate: metrics.acceptanceRate ?? 0, speedup: nil,
          seconds: Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9)))
    return progress.note(
      RunProgress.Best(step: progress.step, acceptanceLength: acceptanceLength),
      keeping: max(1, context.recipe.checkpoint.keepBest))
  }
}

extension RunningEvaluationRecipe {
  /// What the measurements decode with.
  func decoders(
    target: LanguageModel, drafter: DraftModel, promptCount: Int, on backend: CPUBackend
  ) throws -> DecoderPair {
    DecoderPair(
      target: target, drafter: drafter, shape: try shape(), promptCount: promptCount,
      promptTokens: promptTokens, newTokens: newTokens, on: backend)
  }
}
