package import Autodiff
internal import DraftData
internal import FileSystem
package import Models
internal import Objectives

/// The real training step on random tokens: graph, plan, kernels, clipping and AdamW as a run has them, timed.
package struct StepBenchmark {
  /// What is minimised.
  package enum Objective: String, Sendable, CaseIterable {
    /// Cross entropy.
    case crossEntropy = "ce"
    /// Forward KL divergence from a teacher's full distribution.
    case forwardKL = "kl"
  }

  package var configuration: ModelConfiguration
  /// Tokens per sequence.
  package var sequenceLength = 512
  /// Sequences per step.
  package var batchSize = 4
  package var objective = Objective.crossEntropy
  /// Width of the hidden states from which the teacher's logits are made.
  package var teacherWidth = 64
  /// Whether layers are computed again on the way back instead of kept.
  package var recomputing = false
  /// Whether the matrix products are measured too, after the steps.
  package var measuresCeiling = true
  /// Measured steps.
  package var stepCount = 5

  /// Steps taken before the first measured one.
  private static let warmup = 2
  /// Steps' worth of random text; after it the data begins again.
  private static let textSteps = 4

  /// A benchmark of an architecture.
  package init(_ configuration: ModelConfiguration) { self.configuration = configuration }

  /// Takes the steps, then measures matrix products in the same process.
  package func run(on backend: CPUBackend) throws -> StepBenchmarkReport {
    let model = LanguageModel(
      configuration, on: backend, positions: sequenceLength, isTrainable: true, isLoaded: false)
    model.store.initialize(seed: 1)
    let trainer = try makeTrainer(model, backend)
    var seconds: [Double] = []
    var losses: [Double] = []
    var reservations = 0
    for step in 0..<Self.warmup + max(1, stepCount) {
      if step == Self.warmup { reservations = backend.reservationCount }
      let report = try trainer.step()
      losses.append(report.totals.mean(.loss))
      if step >= Self.warmup { seconds.append(report.seconds) }
    }
    return StepBenchmarkReport(
      parameters: model.store.weightCount, tokens: batchSize * sequenceLength,
      operations: Double(batchSize * sequenceLength)
        * configuration.trainingOperations(length: sequenceLength),
      seconds: Samples(seconds), losses: losses,
      reservationsPerStep: Double(backend.reservationCount - reservations) / Double(seconds.count),
      plannedBytes: backend.reservedBytes, peakBytes: ProcessFacts.peakResidentBytes,
      ceiling: measuresCeiling ? ceiling(on: backend) : nil)
  }

  private func ceiling(on backend: CPUBackend) -> StepBenchmarkReport.Ceiling {
    let library = CPUBackend(threads: backend.threadCount, matrixKernels: .openBLAS)
    return StepBenchmarkReport.Ceiling(
      library: MatrixBenchmark(on: library).ceiling(), kernels: MatrixBenchmark(on: backend).ceiling())
  }

  private func makeTrainer(_ model: LanguageModel, _ backend: any Backend) throws -> Trainer {
    let teacher =
      objective == .forwardKL
      ? FixedTeacher(
        rows: batchSize * sequenceLength, width: teacherWidth, vocabulary: configuration.vocabularySize,
        on: backend) : nil
    var mix = LossMix.crossEntropyOnly
    if teacher != nil { (mix.crossEntropy, mix.forwardKL) = (0, 1) }
    let graph = StepGraph(
      drafter: model,
      objective: DistillationObjective(mix: mix, teacher: teacher == nil ? .none : .online), teacher: teacher,
      batch: batchSize, length: sequenceLength, recomputing: recomputing, on: backend)
    var settings = AdamW.Settings()
    settings.beta2 = 0.95
    let optimizer = OptimizerSettings.adamW(settings).makeOptimizer(
      model.store, on: backend, rule: ParameterRule(strength: 0.1))
    let text = RandomText(vocabulary: configuration.vocabularySize, sequenceLength: sequenceLength)
    let stream = try text.stream(batchSize: batchSize, stepCount: Self.textSteps)
    return Trainer(
      Trainer.Settings(
        steps: Self.warmup + max(1, stepCount), accumulation: 1, learningRate: 1e-3,
        schedule: Schedule(.constant, warmUpSteps: 0), clipNorm: 1, clipValue: nil),
      graph: graph, store: model.store, optimizer: optimizer, average: nil, stream: stream, on: backend)
  }
}
