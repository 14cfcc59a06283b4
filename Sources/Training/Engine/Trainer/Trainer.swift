package import Autodiff
package import DraftData
internal import FileSystem

/// Takes optimizer steps on packed batches. It knows neither a method nor a model by name: a `TrainingGraph` holds those.
package final class Trainer {
  /// What decides the steps of one stage.
  package struct Settings: Sendable {
    /// Optimizer steps of the stage.
    package var steps: Int
    /// Micro-batches per step.
    package var accumulation: Int
    /// Learning rate at the peak of the schedule.
    package var learningRate: Double
    package var schedule: Schedule
    /// Largest global norm of the gradient, if any.
    package var clipNorm: Double?
    /// Largest absolute value of one gradient element, if any.
    package var clipValue: Double?

    /// All of them; nothing has a default here, because recipes have them.
    package init(
      steps: Int, accumulation: Int, learningRate: Double, schedule: Schedule, clipNorm: Double?,
      clipValue: Double?
    ) {
      self.steps = steps
      self.accumulation = accumulation
      self.learningRate = learningRate
      self.schedule = schedule
      self.clipNorm = clipNorm
      self.clipValue = clipValue
    }
  }

  package let settings: Settings
  /// Steps taken in this stage.
  package private(set) var stepCount: Int
  package let optimizer: any Optimizer
  package let average: ExponentialMovingAverage?
  private let graph: any TrainingGraph
  private let store: ParameterStore
  private let backend: any Backend
  private let prefetcher: BatchPrefetcher
  private var batches: [Batch]

  /// A trainer at the start of a stage, or where `stepCount` and the stream's cursor say.
  package init(
    _ settings: Settings, graph: any TrainingGraph, store: ParameterStore, optimizer: any Optimizer,
    average: ExponentialMovingAverage?, stream: BatchStream, stepCount: Int = 0, on backend: any Backend
  ) {
    self.settings = settings
    self.graph = graph
    self.store = store
    self.optimizer = optimizer
    self.average = average
    self.stepCount = stepCount
    self.backend = backend
    batches = (0..<settings.accumulation).map { _ in stream.emptyBatch() }
    prefetcher = BatchPrefetcher(stream, batchesPerStep: settings.accumulation)
    prefetchIfNeeded(after: stepCount)
  }

  /// Where the data stands after the steps taken; a checkpoint stores it.
  package var cursor: DataCursor { prefetcher.cursor }

  /// Whether all steps have been taken.
  package var isFinished: Bool { stepCount >= settings.steps }

  /// The first micro-batch of the next step, without using it up.
  ///
  /// - Throws: `InputError` for hidden states that cannot be read.
  package func previewBatch() throws -> Batch { try prefetcher.preview() }

  /// Takes one step, while the batches of the one after it are packed.
  ///
  /// - Throws: `InputError` (numeric) when loss or gradient is not finite, before any weight has changed; for stored
  ///   hidden states that cannot be read.
  package func step() throws -> StepReport {
    let start = ProcessFacts.monotonicNanoseconds()
    // Only a limited number of epochs can end a stream, and stages do not limit it.
    let isComplete = try prefetcher.take(replacing: &batches)
    precondition(isComplete, "the data ended")
    let dataReady = ProcessFacts.monotonicNanoseconds()
    prefetchIfNeeded(after: stepCount + 1)
    let totals = graph.run(batches, number: stepCount)
    if let anomaly = graph.anomaly { throw nonFinite(anomaly.description) }
    let rate = settings.learningRate * settings.schedule.multiplier(step: stepCount, total: settings.steps)
    let gradient = clip()
    guard totals.mean(.loss).isFinite, gradient.isFinite else {
      throw nonFinite(
        "loss \(totals.mean(.loss)) and gradient norm \(gradient.norm); 'checked: true' names the operation")
    }
    optimizer.step(learningRate: rate, gradientScale: gradient.factor)
    average?.update()
    stepCount += 1
    return StepReport(
      stageStep: stepCount, totals: totals, learningRate: rate, gradientNorm: gradient.norm,
      rows: batches.reduce(0) { $0 + $1.filledRowCount },
      seconds: Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9,
      dataWaitSeconds: Double(dataReady - start) * 1e-9)
  }

  /// Nothing is packed that no step will take.
  private func prefetchIfNeeded(after steps: Int) {
    if steps < settings.steps { prefetcher.begin() }
  }

  private func clip() -> GradientReport {
    if let limit = settings.clipValue {
      let report = GradientClipping.value(limit).apply(to: store, on: backend)
      guard report.isFinite, settings.clipNorm != nil else { return report }
    }
    guard let limit = settings.clipNorm else { return GradientClipping.none.apply(to: store, on: backend) }
    return GradientClipping.globalNorm(limit).apply(to: store, on: backend)
  }

  private func nonFinite(_ found: String) -> InputError {
    let documents = batches.flatMap(\.spans).prefix(8).map { "\($0.source)/\($0.document)" }
    return InputError(
      .numeric, key: "step \(stepCount + 1)", found: "found \(found)",
      expected: "finite numbers",
      remedy: "No weight was changed. Lower lr, lengthen the warm-up or clip harder, then resume; "
        + "first documents of the batch (source/document): \(documents.joined(separator: " "))")
  }
}

/// What one step did.
package struct StepReport: Sendable {
  /// Steps taken in the stage, this one included.
  package let stageStep: Int
  package let totals: LossTotals
  package let learningRate: Double
  /// Before clipping.
  package let gradientNorm: Double
  /// Rows that held a token.
  package let rows: Int
  package let seconds: Double
  /// Of these, waiting for the batches to be packed.
  package let dataWaitSeconds: Double
}
