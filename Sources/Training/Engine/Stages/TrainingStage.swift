internal import Autodiff
internal import DraftData
internal import Drafters
internal import Evaluation
internal import FileSystem
internal import Models

/// A stage that trains: `pretrain`, `continue` or `align`.
struct TrainingStage {
  let settings: TrainingStageRecipe
  let context: StageContext
  let model: DraftModel
  /// Steps of all stages together, for displays.
  let totalSteps: Int
  /// Whether prompts are learnt too: text is, answers to prompts are not.
  let scope: LossScope

  /// Rows of the first batch that a person sees: about a screenful.
  private static let previewRows = 96

  /// Trains from where `progress` stands to the end of the stage.
  ///
  /// - Parameter checkpoint: where optimizer and average come from, if the stage was interrupted.
  /// - Returns: where the time went; a save may still be in flight.
  /// - Throws: `RunStopped` after saving when a signal asked for it.
  func run(_ progress: inout RunProgress, from checkpoint: Checkpoint?) throws -> TrainingTimes {
    let trainer = try makeTrainer(progress)
    let state = TrainingState(
      model.store, optimizer: trainer.optimizer, average: trainer.average, on: context.backend)
    try context.saver.prepare(for: state, saves: savesToCome(progress))
    if progress.stageStep > 0, let checkpoint { try checkpoint.restore(state) }
    context.observer.receive(
      .firstBatch(
        stage: settings.name,
        BatchPreview(
          try trainer.previewBatch(), sequence: 0, rowLimit: Self.previewRows,
          tokenizer: try context.materials.tokenizer())))
    let acceptance = try RunningAcceptance(context, model: model)
    var times = TrainingTimes()
    while !trainer.isFinished {
      let report = try trainer.step()
      progress.stageStep = report.stageStep
      progress.step += 1
      progress.tokens += report.totals.tokens
      progress.cursor = trainer.cursor
      let metrics = metrics(report, progress)
      times.add(metrics)
      context.observer.receive(.step(metrics))
      let isBest = try acceptance?.measure(stage: settings.name, average: trainer.average, &progress) ?? false
      if !trainer.isFinished { try save(state, progress, isBest: isBest) }
    }
    // What is evaluated, exported and trained on from here are the averages.
    if let average = trainer.average { average.swap() }
    return times
  }

  /// Begins a save where one is due, and ends the run where that was asked for.
  private func save(_ state: TrainingState, _ progress: RunProgress, isBest: Bool) throws {
    let stop = context.requests.stop()
    let isAskedFor = context.requests.takeSave()
    let isDue = progress.step.isMultiple(of: context.recipe.checkpoint.everySteps)
    if isBest || isDue || isAskedFor || stop != nil {
      try context.saver.save(state, progress)
    } else {
      try context.saver.report()
    }
    guard let stop else { return }
    try context.saver.finish()
    throw RunStopped(signal: stop)
  }

  /// At most, of this stage and those after it: by the step, by acceptance, and at the ends of stages.
  private func savesToCome(_ progress: RunProgress) -> Int {
    let steps = totalSteps - progress.step
    let intervals = [context.recipe.checkpoint.everySteps, context.recipe.evaluation?.everySteps].compactMap(
      \.self)
    return intervals.reduce(context.recipe.stages.count) { $0 + steps / $1 }
  }

  private func makeTrainer(_ progress: RunProgress) throws -> Trainer {
    let readsStoredStates = context.recipe.readsStoredStates(settings)
    let mixture =
      readsStoredStates
      ? try context.materials.mixture(settings.mixture, states: model.readStates) {
        context.observer.receive(.warning($0))
      } : try context.materials.mixture(settings.mixture, scope: scope)
    let stream = try BatchStream(
      mixture,
      settings: BatchStream.Settings(
        sequenceLength: settings.sequenceLength, batchSize: settings.batchSize,
        seed: UInt64(context.recipe.seed)),
      cursor: progress.cursor)
    var assembly = TrainerAssembly(
      settings: settings, model: model, target: try context.materials.target()?.model,
      seed: context.recipe.seed, backend: context.backend, mode: context.recipe.checked ? .checked : .fast)
    assembly.readsStoredStates = readsStoredStates
    return assembly.trainer(stream, stepCount: progress.stageStep)
  }

  private func metrics(_ report: StepReport, _ progress: RunProgress) -> StepMetrics {
    let hasTeacher = settings.objective.teacher != .none
    var terms = [
      StepMetrics.Term("ce", report.totals.mean(.crossEntropy)),
      StepMetrics.Term("top1", report.totals.mean(.top1)),
    ]
    if hasTeacher { terms.append(StepMetrics.Term("forward_kl", report.totals.mean(.divergence))) }
    return StepMetrics(
      step: progress.step, totalSteps: totalSteps, stage: settings.name, stageStep: report.stageStep,
      stageSteps: settings.steps, loss: report.totals.mean(.loss), terms: terms,
      acceptance: hasTeacher ? report.totals.mean(.overlap) : nil, learningRate: report.learningRate,
      gradientNorm: report.gradientNorm, tokens: progress.tokens, stepTokens: report.rows,
      stepSeconds: report.seconds, dataWaitSeconds: report.dataWaitSeconds,
      saveWaitSeconds: context.saver.takeWaitedSeconds(), elapsedSeconds: context.elapsedSeconds(),
      residentBytes: ProcessFacts.residentBytes)
  }
}
