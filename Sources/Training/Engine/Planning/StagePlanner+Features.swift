internal import Autodiff
internal import DraftData
internal import FileSystem
internal import Models

extension StagePlanner {
  /// What a stage takes that keeps the target's hidden states.
  func keepStates(
    _ settings: FeaturesStageRecipe, _ plan: inout RunPlan.Stage, _ timer: StageTimer?
  ) throws {
    guard let target else { return }
    let configuration = target.configuration
    let states = FeatureState.sorted([.final] + (settings.states ?? model.readStates))
    let description = CorpusDescription(
      vocabularySize: configuration.vocabularySize, teacherEntryCount: settings.topKLogits,
      features: FeatureDescription(
        states: states, storage: settings.storage.featureStorage, hiddenSize: configuration.hiddenSize,
        layerCount: configuration.layerCount))
    plan.tokens = settings.sources.reduce(0) { $0 + tokenCount(of: $1) }
    plan.diskBytes = plan.tokens * description.bytesPerToken
    // Documents are shorter than a pass, by how much is not known.
    plan.operations =
      Double(plan.tokens) * configuration.forwardOperations(context: Double(settings.batchTokens) / 8)
    let existing = states.filter { $0.exists(layerCount: configuration.layerCount) }
    let (reader, bytes) = counted {
      TargetStateReader(target, states: existing, rows: settings.batchTokens, on: backend)
    }
    plan.memory = [
      RunPlan.Share(purpose: "activations", bytes: bytes),
      RunPlan.Share(
        purpose: "states of a pass", bytes: 4 * existing.count * reader.rowCount * configuration.hiddenSize),
      RunPlan.Share(purpose: "states of a shard", bytes: FeaturesStage.shardBytes),
    ]
    plan.seconds = try timer?.reading(configuration, states: existing, settings).map {
      Double(plan.tokens) / $0
    }
  }

  /// Memory of the states that batches bring: those of a step, and those of the next one.
  func stateBytes(_ settings: TrainingStageRecipe) -> Int {
    guard materials.recipe.readsStoredStates(settings), let target else { return 0 }
    return 2 * settings.tokensPerStep * model.readStates.count * target.configuration.hiddenSize * 4
  }
}

extension StageTimer {
  /// Tokens a second that a target of this architecture reads; nil where it does not fit.
  func reading(
    _ configuration: ModelConfiguration, states: [FeatureState], _ settings: FeaturesStageRecipe
  ) throws -> Double? {
    guard 4 * configuration.parameterCount < MachineFacts.availableMemoryBytes else { return nil }
    let backend = CPUBackend(threads: threads)
    let length = min(256, settings.batchTokens)
    let reader = TargetStateReader(
      random(configuration, length, backend), states: states, rows: settings.batchTokens, on: backend)
    let text = RandomText(vocabulary: configuration.vocabularySize, sequenceLength: length)
    let count = max(1, reader.rowCount / length)
    let documents = (0..<count).map { text.tokens(document: $0, count: length) }
    let fitting = Array(documents.prefix(reader.documentCount(fitting: documents.map(\.count))))
    let seconds = Stopwatch.seconds { reader.read(fitting) { _, _ in } }
    return Double(fitting.count * length) / max(seconds, 1e-9)
  }
}
