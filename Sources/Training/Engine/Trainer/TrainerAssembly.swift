internal import Autodiff
internal import DraftData
internal import Drafters
internal import Models

/// Puts the parts of a training stage together: graph, optimizer and average as its settings say.
struct TrainerAssembly {
  let settings: TrainingStageRecipe
  let model: DraftModel
  /// The model that the run's drafter is for; nil where a target is trained.
  let target: LanguageModel?
  /// What the random numbers of the steps derive from.
  var seed = 0
  let backend: CPUBackend
  /// How much is checked while the graph runs.
  var mode = Executor.Mode.fast
  /// Whether the target's states come with the batches.
  var readsStoredStates = false

  /// The target, where training runs it: for its states, or for its distributions.
  var runningTarget: LanguageModel? {
    switch model {
    case .features: readsStoredStates ? nil : target
    case .predicting: target
    case .standalone: settings.objective.teacher == .online ? target : nil
    }
  }

  /// The target, where training has it in memory: to run it, or for the embedding and the head that a drafter shares.
  var heldTarget: LanguageModel? {
    model.featureDrafter == nil ? runningTarget : target
  }

  /// Forward and backward pass of a micro-batch.
  ///
  /// - Parameter storedCount: entries per token of stored distributions; 0 without any.
  func graph(storedCount: Int) -> any TrainingGraph {
    switch model {
    case .standalone(let model):
      return StepGraph(
        drafter: model, objective: settings.objective.objective(storedCount: storedCount),
        teacher: runningTarget, batch: settings.batchSize, length: settings.sequenceLength,
        recomputing: settings.recompute, on: backend, mode: mode)
    case .predicting(let drafter, let head): return graph(of: head, over: drafter)
    case .features(let drafter):
      return FeatureStepGraph(
        drafter: drafter, target: wantedTarget,
        objective: settings.featureObjective(for: drafter, seed: seed), batch: settings.batchSize,
        length: settings.sequenceLength, readsStoredStates: readsStoredStates, on: backend, mode: mode)
    }
  }

  private func graph(of head: AcceptanceHead, over drafter: DraftModel) -> any TrainingGraph {
    let objective = settings.acceptanceObjective(seed: seed)
    if let model = drafter.languageModel {
      return AcceptanceStepGraph(
        drafter: model, head: head, target: wantedTarget, objective: objective, batch: settings.batchSize,
        length: settings.sequenceLength, on: backend, mode: mode)
    }
    guard let recurrent = drafter.featureDrafter as? any RecurrentDrafter else {
      preconditionFailure("an acceptance head over a drafter that does not read its drafts")
    }
    return AcceptanceStepGraph(
      drafter: recurrent, head: head, target: wantedTarget, objective: objective, batch: settings.batchSize,
      length: settings.sequenceLength, on: backend, mode: mode)
  }

  /// The target, for what cannot be trained without one.
  private var wantedTarget: LanguageModel {
    guard let target else {
      preconditionFailure("a drafter without a target has passed the checks of recipes")
    }
    return target
  }

  /// The optimizer with its state.
  func optimizer() -> any Optimizer {
    settings.optimizer.settings(notHidden: model.vocabularyParameters).makeOptimizer(
      model.store, on: backend,
      rule: ParameterRule(
        strength: settings.optimizer.weightDecay,
        rates: [String: Double](
          uniqueKeysWithValues: settings.rates.map { ($0.name, $0.share) })))
  }

  /// The average of the weights, where the stage keeps one.
  func average() -> ExponentialMovingAverage? {
    settings.ema.map { ExponentialMovingAverage(model.store, on: backend, decay: $0.decay) }
  }

  /// A trainer that reads `stream` and has taken `stepCount` steps of the stage already.
  func trainer(_ stream: BatchStream, stepCount: Int) -> Trainer {
    Trainer(
      Trainer.Settings(
        steps: settings.steps, accumulation: settings.accumulation,
        learningRate: settings.optimizer.learningRate,
        schedule: settings.schedule.schedule(steps: settings.steps), clipNorm: settings.clip.norm,
        clipValue: settings.clip.value),
      graph: graph(storedCount: stream.mixture.teacherEntryCount), store: model.store, optimizer: optimizer(),
      average: average(), stream: stream, stepCount: stepCount, on: backend)
  }
}
