public import DraftData

/// Something that happened in a run; observers decide who hears of it and how.
public enum TrainingEvent: Sendable, Equatable {
  /// The run begins, or goes on.
  case started(RunSizes)
  /// A stage begins, or goes on.
  case stageStarted(StageProgress)
  /// The first batch of a training stage, as it will be learnt.
  case firstBatch(stage: String, BatchPreview)
  /// One optimizer step is done.
  case step(StepMetrics)
  /// Acceptance was measured.
  case evaluated(AcceptanceSummary)
  /// A checkpoint is on the disk.
  case checkpointSaved(step: Int, path: String, bytes: Int, seconds: Double)
  /// A long stage without steps goes on: `done` of `total` tokens, prompts or bytes.
  case advanced(stage: String, done: Int, total: Int, unit: String, seconds: Double)
  /// What a stage is about to write to the disk, before compression, and what is free there.
  case sized(stage: String, tokens: Int, bytes: Int, freeBytes: Int)
  /// A training stage has taken its steps and saved its end.
  case trained(stage: String, TrainingTimes)
  /// A stage is done.
  case stageFinished(name: String, seconds: Double)
  /// Somebody should look at this.
  case warning(String)
  /// The run ends early, on request; it can be resumed.
  case stopped(step: Int, resumeCommand: String)
  /// The run is done.
  case finished(step: Int, seconds: Double)
}

/// How large a run is, known before its first step.
public struct RunSizes: Sendable, Equatable {
  /// The run folder.
  public var folder: String
  /// Parameters of what is trained.
  public var parameters: Int
  /// Of these, how many change.
  public var trainableParameters: Int
  /// Parameters of the target; nil without target.
  public var targetParameters: Int?
  /// Optimizer steps of all stages together.
  public var steps: Int
  /// Tokens of all stages together.
  public var tokens: Int
  /// The step from which a resumed run goes on; nil for a new one.
  public var resumedFrom: Int?

  /// Sizes of a run.
  public init(
    folder: String, parameters: Int, trainableParameters: Int, targetParameters: Int?, steps: Int,
    tokens: Int,
    resumedFrom: Int? = nil
  ) {
    self.folder = folder
    self.parameters = parameters
    self.trainableParameters = trainableParameters
    self.targetParameters = targetParameters
    self.steps = steps
    self.tokens = tokens
    self.resumedFrom = resumedFrom
  }
}

/// Where a stage stands among the others.
public struct StageProgress: Sendable, Equatable {
  /// As the recipe names it.
  public var name: String
  /// `pretrain`, `generate`, ….
  public var kind: String
  /// Counted from 1.
  public var number: Int
  /// Stages of the recipe.
  public var count: Int
  /// Optimizer steps of this stage; 0 where it does not train.
  public var steps: Int

  /// A stage about to run.
  public init(name: String, kind: String, number: Int, count: Int, steps: Int) {
    self.name = name
    self.kind = kind
    self.number = number
    self.count = count
    self.steps = steps
  }
}
