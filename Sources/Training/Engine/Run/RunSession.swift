internal import Autodiff
internal import DraftData
internal import Drafters
package import FileSystem
internal import Models
package import Serving

/// One recipe, carried out stage by stage in its folder, from the start or from where it was interrupted.
package final class RunSession {
  /// How a run ended.
  package enum Outcome: Sendable, Equatable {
    case finished
    /// On request; everything is saved.
    case stopped(SignalFlag.Signal)
  }

  private let resolved: ResolvedRecipe
  private let folder: RunFolder
  private let observer: ObserverGroup
  private let requests: RunRequests
  private let threads: Int
  private let freeBytes: @Sendable (String) throws(InputError) -> Int
  private let servers: ServerAccess
  /// The training stages that this process has brought to their end, in order.
  package private(set) var trained: [(stage: String, times: TrainingTimes)] = []
  private let start = ProcessFacts.monotonicNanoseconds()

  /// A session over a folder that `RunFolder.create` has made.
  ///
  /// - Parameters:
  ///   - threads: of the arithmetic; results do not depend on it.
  ///   - requests: to save, or to save and end; looked at between steps.
  ///   - freeBytes: says how much room the disk of a folder has.
  ///   - servers: how generate stages reach those that write for them.
  package init(
    _ resolved: ResolvedRecipe, folder: RunFolder, observer: ObserverGroup, threads: Int,
    requests: RunRequests = RunRequests(),
    freeBytes: @escaping @Sendable (String) throws(InputError) -> Int = Disk.freeBytes(at:),
    servers: ServerAccess = ServerAccess()
  ) {
    self.resolved = resolved
    self.folder = folder
    self.observer = observer
    self.requests = requests
    self.threads = threads
    self.freeBytes = freeBytes
    self.servers = servers
  }

  /// The step that a resumed run goes on from: that of the newest intact checkpoint, 0 without any.
  package static func resumedStep(_ folder: RunFolder) throws -> Int {
    try DurableDirectory.newestValid(in: folder.checkpoints, prefix: Checkpoint.prefix)?.number ?? 0
  }

  /// The folder of the newest intact checkpoint; nil without any.
  package static func newestCheckpoint(_ folder: RunFolder) throws -> String? {
    try DurableDirectory.newestValid(in: folder.checkpoints, prefix: Checkpoint.prefix)?.folder
  }

  /// Runs to the end, or until a signal asks to stop.
  ///
  /// - Throws: `InputError` of code `busy` when somebody else has the folder, and whatever a stage throws. What
  ///   was saved before stays.
  package func run() throws -> Outcome {
    let lock = try RunLock(folder: folder.path)
    defer { withExtendedLifetime(lock) {} }
    try Directory.create(folder.checkpoints)
    try DurableDirectory.removeLitter(in: folder.checkpoints)
    let newest = try DurableDirectory.newestValid(in: folder.checkpoints, prefix: Checkpoint.prefix)
    for (damaged, error) in newest?.rejected ?? [] {
      observer.receive(.warning("\(error); the state before it is used"))
      try DurableDirectory.setAside(damaged)
    }
    let checkpoint = try newest.map { try Checkpoint(folder: $0.folder) }
    if let checkpoint {
      try refuseChanges(since: checkpoint)
      warnOfOtherKernels(than: checkpoint)
    }
    let context = try makeContext()
    do {
      try runStages(context, from: checkpoint)
      return .finished
    } catch let stopped as RunStopped {
      return .stopped(stopped.signal)
    } catch {
      // The folder may not be left to others, nor a failure be forgotten, while a save is in flight.
      do { try context.saver.finish() } catch { observer.receive(.warning("\(error)")) }
      throw error
    }
  }

  /// A resumed run is the same run: what decides its numbers must not have changed since it was saved.
  private func refuseChanges(since checkpoint: Checkpoint) throws {
    let file = Path.joined(checkpoint.folder, Checkpoint.fileName)
    let saved = try ResolvedRecipe.load(text: try checkpoint.notes().recipe, file: file).recipe
    let changes = RecipeSettings(saved).changes(to: RecipeSettings(resolved.recipe)).filter { !$0.isNeutral }
    guard let first = changes.first else { return }
    throw InputError(
      .usage, file: folder.recipe, key: first.key,
      found: "the recipe has changed since step \(checkpoint.progress.step): "
        + changes.map(\.description).joined(separator: "; "),
      expected: "the recipe of the run",
      remedy: "Undo the change, or begin another run with: pacer run \(folder.recipe) --run FOLDER")
  }

  /// On other kernels the run is as good, but not the same to the last bit.
  private func warnOfOtherKernels(than checkpoint: Checkpoint) {
    let here = MatrixKernels.preferred
    guard let before = checkpoint.manifest["kernels"], before != here.rawValue else { return }
    let canReturn = MatrixKernels.available.contains { $0.rawValue == before }
    observer.receive(
      .warning(
        "step \(checkpoint.progress.step) was saved on \(before) kernels and goes on on \(here.rawValue) kernels: results "
          + "will differ in their last bits from those of a run that was not interrupted"
          + (canReturn ? "; \(MatrixKernels.variable)=\(before) goes on bit for bit" : "")))
  }

  private func makeContext() throws -> StageContext {
    let backend = CPUBackend(threads: threads)
    let provenance = try File.readText(folder.provenance, limit: 1 << 20)
    let keeper = CheckpointKeeper(
      folder: folder.checkpoints, settings: resolved.recipe.checkpoint,
      notes: Checkpoint.Notes(recipe: resolved.yaml, provenance: provenance), freeBytes: freeBytes)
    return StageContext(
      materials: RunMaterials(resolved.recipe, folder: folder, backend: backend), observer: observer,
      saver: CheckpointSaver(keeper, observer: observer), requests: requests,
      servers: servers, freeBytes: freeBytes,
      elapsedSeconds: { [start] in Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9 })
  }

  private func runStages(_ context: StageContext, from checkpoint: Checkpoint?) throws {
    var progress = checkpoint?.progress ?? RunProgress()
    do {
      try runStages(context, &progress, from: checkpoint)
    } catch let stopped as RunStopped {
      observer.receive(
        .stopped(step: progress.step, resumeCommand: "pacer resume \(folder.path)"))
      throw stopped
    }
    observer.receive(.finished(step: progress.step, seconds: context.elapsedSeconds()))
  }

  private func runStages(
    _ context: StageContext, _ progress: inout RunProgress, from checkpoint: Checkpoint?
  ) throws {
    var trainee = try Trainee(context, stage: progress.stage)
    try trainee.checkParameterNames(of: context.recipe.stages)
    if let checkpoint {
      // An interrupted stage restores its optimizer as well, once it has made one.
      try checkpoint.restore(
        TrainingState(trainee.model.store, optimizer: nil, average: nil, on: context.backend),
        onlyWeights: true)
    } else {
      try trainee.initialize(context)
    }
    announce(context, trainee, progress, isResumed: checkpoint != nil)
    let stages = context.recipe.stages
    while progress.stage < stages.count {
      try context.checkForStop()
      let stage = stages[progress.stage]
      try trainee.prepare(for: stage, step: progress.step, context)
      observer.receive(.stageStarted(stage.progress(number: progress.stage + 1, count: stages.count)))
      let began = ProcessFacts.monotonicNanoseconds()
      let times = try run(stage, context, trainee.model, &progress, checkpoint)
      progress.stage += 1
      progress.stageStep = 0
      progress.cursor = nil
      if let times { try saveEnd(of: stage, times, context, trainee.model, progress) }
      observer.receive(
        .stageFinished(
          name: stage.name, seconds: Double(ProcessFacts.monotonicNanoseconds() - began) * 1e-9))
    }
  }

  /// Carries out a stage; returns where the time went, of one that trains.
  private func run(
    _ stage: StageRecipe, _ context: StageContext, _ model: DraftModel, _ progress: inout RunProgress,
    _ checkpoint: Checkpoint?
  ) throws -> TrainingTimes? {
    switch stage {
    case .pretrain(let it), .continue(let it), .align(let it):
      return try TrainingStage(
        settings: it, context: context, model: model, totalSteps: resolved.recipe.totalSteps,
        scope: stage.lossScope
      ).run(&progress, from: checkpoint)
    case .generate(let it): try GenerateStage(settings: it, context: context).run()
    case .features(let it):
      try FeaturesStage(settings: it, context: context, standardStates: model.readStates).run()
    case .evaluate(let it): try EvaluateStage(settings: it, context: context, model: model).run(progress)
    case .export(let it): try ExportStage(settings: it, context: context, model: model).run(progress)
    }
    return nil
  }

  /// The end of a training stage is on the disk before the next one begins.
  private func saveEnd(
    of stage: StageRecipe, _ times: TrainingTimes, _ context: StageContext, _ model: DraftModel,
    _ progress: RunProgress
  ) throws {
    let saver = context.saver
    try saver.save(
      TrainingState(model.store, optimizer: nil, average: nil, on: context.backend), progress)
    try saver.finish()
    saver.release()
    var times = times
    times.saveWaitSeconds += saver.takeWaitedSeconds()
    trained.append((stage.name, times))
    observer.receive(.trained(stage: stage.name, times))
  }

  private func announce(
    _ context: StageContext, _ trainee: Trainee, _ progress: RunProgress, isResumed: Bool
  ) {
    let recipe = resolved.recipe
    observer.receive(
      .started(
        RunSizes(
          folder: folder.path, parameters: trainee.model.store.weightCount,
          trainableParameters: trainee.model.store.trainableWeightCount,
          targetParameters: trainee.targetParameters, steps: recipe.totalSteps,
          tokens: recipe.stages.reduce(0) { $0 + ($1.training.map { $0.steps * $0.tokensPerStep } ?? 0) },
          resumedFrom: isResumed ? progress.step : nil)))
  }
}

extension Recipe {
  /// Optimizer steps of all stages.
  var totalSteps: Int { stages.reduce(0) { $0 + ($1.training?.steps ?? 0) } }
}

extension StageRecipe {
  /// Where the stage stands, for displays.
  func progress(number: Int, count: Int) -> StageProgress {
    StageProgress(name: name, kind: kind, number: number, count: count, steps: training?.steps ?? 0)
  }

  /// As recipes write it.
  var kind: String {
    switch self {
    case .pretrain: "pretrain"
    case .continue: "continue"
    case .generate: "generate"
    case .features: "features"
    case .align: "align"
    case .evaluate: "evaluate"
    case .export: "export"
    }
  }
}
