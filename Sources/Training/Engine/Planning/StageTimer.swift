internal import Autodiff
internal import DraftData
internal import Drafters
internal import Evaluation
internal import FileSystem
internal import Models

/// Times the stages of a recipe by a few real steps on random weights and random tokens.
struct StageTimer {
  let threads: Int

  /// Seconds spent on one stage at most, beyond one step.
  private static let patience = 1.0
  /// Tokens written to learn how fast a target writes.
  private static let writtenTokens = 24
  private static let promptTokens = 8

  /// Seconds of a training stage; nil where it does not fit into memory.
  func training(_ assembly: TrainerAssembly, storedCount: Int) throws -> Double? {
    let settings = assembly.settings
    let weights = assembly.model.store.weightCount + (assembly.heldTarget?.store.weightCount ?? 0)
    // Weights, gradients, two moments: a lower bound that keeps a machine from being filled by a mere plan.
    guard 16 * weights < MachineFacts.availableMemoryBytes else { return nil }
    let backend = CPUBackend(threads: threads)
    let target = assembly.heldTarget.map { random($0.configuration, settings.sequenceLength, backend) }
    let model = assembly.model.untrained(over: target, on: backend, positions: settings.sequenceLength)
    var text = RandomText(
      vocabulary: assembly.vocabularySize, sequenceLength: settings.sequenceLength,
      teacherEntryCount: storedCount)
    var timed = TrainerAssembly(settings: settings, model: model, target: target, backend: backend)
    timed.readsStoredStates = assembly.readsStoredStates
    if timed.readsStoredStates, let width = target?.configuration.hiddenSize {
      text.features = RandomFeatures(states: model.readStates, width: width)
    }
    let trainer = timed.trainer(try text.stream(batchSize: settings.batchSize, stepCount: 1), stepCount: 0)
    var seconds = [try trainer.step().seconds]
    if seconds[0] < Self.patience {
      let first = seconds.removeFirst()
      var total = first
      while total < Self.patience || seconds.isEmpty, !trainer.isFinished {
        seconds.append(try trainer.step().seconds)
        total += seconds[seconds.count - 1]
      }
      if seconds.isEmpty { seconds = [first] }
    }
    return Samples(seconds).median * Double(settings.steps)
  }

  /// Seconds of a generate stage.
  func generating(_ settings: GenerateStageRecipe, _ target: ModelConfiguration) throws -> Double? {
    let temperature = settings.temperatures.max() ?? 0
    return try rate(target, lines: settings.batchSize, temperature: temperature).map {
      Double(settings.tokens) / $0
    }
  }

  /// Seconds of an evaluate stage: its texts are written plainly, with drafts, and a few of them once more.
  func evaluating(
    _ settings: EvaluateStageRecipe, prompts: Int, _ target: ModelConfiguration
  ) throws -> Double? {
    let tokens = Double(prompts * settings.newTokens)
    let lines = DecoderPair.lineCount(for: prompts)
    return try rate(target, lines: lines, temperature: settings.temperature).map { 3 * tokens / $0 }
  }

  /// Tokens a second that a target of this architecture writes on so many lines at once; nil where it does not fit.
  private func rate(_ configuration: ModelConfiguration, lines: Int, temperature: Double) throws -> Double? {
    guard 4 * configuration.parameterCount < MachineFacts.availableMemoryBytes else { return nil }
    let backend = CPUBackend(threads: threads)
    let capacity = Self.promptTokens + Self.writtenTokens + 1
    let model = random(configuration, capacity, backend)
    let decoder = CachedDecoder(model, on: backend, lines: lines, capacity: capacity)
    let text = RandomText(vocabulary: configuration.vocabularySize, sequenceLength: Self.promptTokens)
    let sampling = temperature == 0 ? SamplingSettings.greedy : try SamplingSettings(temperature: temperature)
    let requests = (0..<lines).map { line in
      DecodingRequest(
        prompt: text.tokens(document: line, count: Self.promptTokens),
        maximumNewTokens: Self.writtenTokens,
        sampling: sampling, sequence: UInt64(line))
    }
    let generator = Generator(model: decoder, seed: 1, endTokens: [])
    // The first call plans its passes, as a run does once.
    _ = try generator.run(requests)
    let seconds = try Stopwatch.seconds { _ = try generator.run(requests) }
    return Double(lines * Self.writtenTokens) / max(seconds, 1e-9)
  }

  func random(
    _ configuration: ModelConfiguration, _ positions: Int, _ backend: CPUBackend
  ) -> LanguageModel {
    let model = LanguageModel(
      configuration, on: backend, positions: positions, isTrainable: false, isLoaded: false)
    model.store.initialize(seed: 1)
    return model
  }
}
