internal import Autodiff
internal import DraftData
internal import Drafters
internal import Evaluation
internal import Models

/// Plans stage after stage over a backend that counts.
struct StagePlanner {
  let materials: RunMaterials
  /// As the stage that is planned next has it: what it freezes has no gradients.
  var model: DraftModel
  let target: LanguageModel?
  let backend: CPUBackend
  let sources: [RunPlan.Source]

  /// Bytes of a token in memory: its id and whether it is learnt, in arrays that grow by doubling.
  private static let storeBytesPerToken = 10

  /// What a stage takes; `timer` nil: without its time.
  func plan(_ stage: StageRecipe, _ timer: StageTimer?) throws -> RunPlan.Stage {
    var plan = RunPlan.Stage(stage.name, kind: stage.kind)
    switch stage {
    case .pretrain(let it), .continue(let it), .align(let it): try train(it, &plan, timer)
    case .generate(let it): try generate(it, &plan, timer)
    case .features(let it): try keepStates(it, &plan, timer)
    case .evaluate(let it): try evaluate(it, &plan, timer)
    case .export(let it):
      plan.diskBytes = it.formats.count * model.store.weightCount * it.elementType.tensorType.size
      plan.memory = [largestArray]
      plan.seconds = 0
    }
    return plan
  }

  private func train(
    _ settings: TrainingStageRecipe, _ plan: inout RunPlan.Stage, _ timer: StageTimer?
  ) throws {
    let storedCount = storedCount(settings)
    plan.steps = settings.steps
    plan.tokens = settings.steps * settings.tokensPerStep
    var assembly = TrainerAssembly(settings: settings, model: model, target: target, backend: backend)
    assembly.readsStoredStates = materials.recipe.readsStoredStates(settings)
    plan.operations = Double(plan.tokens) * assembly.operationsPerToken
    let (graph, activations) = counted { assembly.graph(storedCount: storedCount) }
    let (optimizer, states) = counted { assembly.optimizer() }
    let (average, averages) = counted { assembly.average() }
    let (glance, caches) = try counted { try runningDecoders() }
    withExtendedLifetime((graph, optimizer, average, glance)) {}
    let read = settings.mixture.entries.reduce(0) { $0 + tokenCount(of: $1.name) }
    let state = TrainingState(model.store, optimizer: optimizer, average: average, on: backend)
    plan.memory = [
      RunPlan.Share(purpose: "optimizer", bytes: states), RunPlan.Share(purpose: "average", bytes: averages),
      RunPlan.Share(purpose: "activations and their gradients", bytes: activations),
      RunPlan.Share(purpose: "measuring acceptance", bytes: caches),
      RunPlan.Share(
        purpose: "tokens", bytes: read * (Self.storeBytesPerToken + 16 * storedCount)),
      RunPlan.Share(purpose: "stored states of two steps", bytes: stateBytes(settings)),
      RunPlan.Share(purpose: "snapshot to save from", bytes: TrainingSnapshot.byteCount(of: state)),
      largestArray,
    ]
    plan.checkpointBytes = Checkpoint.byteCount(of: state)
    plan.epochs = epochs(settings)
    plan.seconds = try timer?.training(assembly, storedCount: storedCount)
  }

  private func generate(
    _ settings: GenerateStageRecipe, _ plan: inout RunPlan.Stage, _ timer: StageTimer?
  ) throws {
    plan.tokens = settings.tokens
    let description = CorpusDescription(
      vocabularySize: target?.configuration.vocabularySize ?? 1, teacherEntryCount: settings.topKLogits)
    plan.diskBytes = settings.tokens * description.bytesPerToken
    plan.isServed = settings.endpoint != nil
    guard settings.endpoint == nil, let target else { return }
    plan.operations =
      Double(settings.tokens)
      * target.configuration.forwardOperations(context: Double(settings.maxNewTokens) / 2)
    let (decoder, bytes) = counted {
      let decoder = CachedDecoder(
        target, on: backend, lines: settings.batchSize,
        capacity: min(
          settings.promptTokens + settings.maxNewTokens + 1, target.rotary.positionCount))
      decoder.prepare(rows: max(settings.batchSize, decoder.rowLimit), outputs: settings.batchSize)
      return decoder
    }
    withExtendedLifetime(decoder) {}
    let logits = 4 * settings.batchSize * target.configuration.vocabularySize
    plan.memory = [
      RunPlan.Share(purpose: "keys and values, activations", bytes: bytes),
      RunPlan.Share(purpose: "logits", bytes: logits),
    ]
    plan.seconds = try timer?.generating(settings, target.configuration)
  }

  private func evaluate(
    _ settings: EvaluateStageRecipe, _ plan: inout RunPlan.Stage, _ timer: StageTimer?
  ) throws {
    guard let target else { return }
    let prompts = try materials.prompts(settings.prompts, count: settings.count).count
    plan.tokens = prompts * settings.newTokens
    let shape = try settings.shape()
    let (decoders, bytes) = counted {
      let decoders = DecoderPair(
        target: target, drafter: model, shape: shape, promptCount: prompts,
        promptTokens: settings.promptTokens,
        newTokens: settings.newTokens, on: backend)
      decoders.prepare()
      return decoders
    }
    withExtendedLifetime(decoders) {}
    plan.memory = [RunPlan.Share(purpose: "keys and values, activations", bytes: bytes)]
    plan.seconds = try timer?.evaluating(settings, prompts: prompts, target.configuration)
  }

  private func runningDecoders() throws -> DecoderPair? {
    guard let settings = materials.recipe.evaluation, let target else { return nil }
    let prompts = try materials.prompts(settings.prompts, count: settings.count)
    let decoders = try settings.decoders(
      target: target, drafter: model, promptCount: prompts.count, on: backend)
    decoders.prepare()
    return decoders
  }

  /// What `make` makes, and how much memory it takes.
  func counted<Result, Failure: Error>(
    _ make: () throws(Failure) -> Result
  ) throws(Failure) -> (Result, bytes: Int) {
    let before = backend.reservedBytes
    let result = try make()
    return (result, backend.reservedBytes - before)
  }

  /// Restoring and exporting copy one array at a time.
  private var largestArray: RunPlan.Share {
    RunPlan.Share(
      purpose: "copy of the largest array", bytes: 4 * (model.store.parameters.map(\.shape.count).max() ?? 0))
  }

  private func stage(generating name: String) -> GenerateStageRecipe? {
    for case .generate(let stage) in materials.recipe.stages where stage.name == name { return stage }
    return nil
  }

  private func stage(keepingStates name: String) -> FeaturesStageRecipe? {
    for case .features(let stage) in materials.recipe.stages where stage.name == name { return stage }
    return nil
  }

  /// Tokens of a data source or of what a stage writes.
  func tokenCount(of source: String) -> Int {
    if let stage = stage(keepingStates: source) {
      // Checks have made sure that a stage reads earlier ones only.
      return stage.sources.reduce(0) { $0 + tokenCount(of: $1) }
    }
    return stage(generating: source)?.tokens ?? sources.first { $0.name == source }?.tokens ?? 0
  }

  /// Entries per token that the corpora of a mixture store.
  private func storedCount(_ settings: TrainingStageRecipe) -> Int {
    settings.mixture.entries.compactMap { stage(generating: $0.name)?.topKLogits }.max() ?? 0
  }

  private func epochs(_ settings: TrainingStageRecipe) -> [(source: String, count: Double)] {
    let total = settings.mixture.entries.reduce(0) { $0 + $1.value }
    let tokens = Double(settings.steps * settings.tokensPerStep)
    return settings.mixture.entries.compactMap { entry in
      let count = tokenCount(of: entry.name)
      return count == 0 ? nil : (entry.name, tokens * entry.value / total / Double(count))
    }
  }
}
