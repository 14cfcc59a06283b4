/// What one optimizer step measured.
public struct StepMetrics: Sendable, Equatable {
  /// A named number beside the loss: a term of the objective, say.
  public struct Term: Sendable, Equatable {
    /// As the recipe names it: `ce`, `forward_kl`.
    public var name: String
    /// Mean over the tokens that count.
    public var value: Double

    /// Pairs a name with its value.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Counted over all stages, from 1.
  public var step: Int
  /// Steps of all stages.
  public var totalSteps: Int
  /// Name of the stage.
  public var stage: String
  /// Counted inside the stage, from 1.
  public var stageStep: Int
  /// Steps of the stage.
  public var stageSteps: Int
  /// The objective, mean over the tokens that count; not finite when the numbers went wrong.
  public var loss: Double
  /// What the loss is made of.
  public var terms: [Term]
  /// Mean probability that a drafted token would be accepted, seen in training; nil where the target is not asked.
  public var acceptance: Double?
  /// At this step.
  public var learningRate: Double
  /// Global norm before clipping.
  public var gradientNorm: Double
  /// Tokens read so far, over all stages.
  public var tokens: Int
  /// Tokens of this step.
  public var stepTokens: Int
  /// Wall time of this step alone, without evaluation and saving.
  public var stepSeconds: Double
  /// Of these, waiting for batches that were not packed yet.
  public var dataWaitSeconds: Double
  /// Between the step before and this one: copying snapshots and waiting for saves.
  public var saveWaitSeconds: Double
  /// Wall time of the run so far, this process only.
  public var elapsedSeconds: Double
  /// Memory held, in bytes.
  public var residentBytes: Int

  /// What one step measured.
  public init(
    step: Int, totalSteps: Int, stage: String, stageStep: Int, stageSteps: Int, loss: Double,
    terms: [Term] = [],
    acceptance: Double? = nil, learningRate: Double, gradientNorm: Double, tokens: Int, stepTokens: Int,
    stepSeconds: Double, dataWaitSeconds: Double = 0, saveWaitSeconds: Double = 0, elapsedSeconds: Double,
    residentBytes: Int
  ) {
    self.step = step
    self.totalSteps = totalSteps
    self.stage = stage
    self.stageStep = stageStep
    self.stageSteps = stageSteps
    self.loss = loss
    self.terms = terms
    self.acceptance = acceptance
    self.learningRate = learningRate
    self.gradientNorm = gradientNorm
    self.tokens = tokens
    self.stepTokens = stepTokens
    self.stepSeconds = stepSeconds
    self.dataWaitSeconds = dataWaitSeconds
    self.saveWaitSeconds = saveWaitSeconds
    self.elapsedSeconds = elapsedSeconds
    self.residentBytes = residentBytes
  }

  /// Tokens per second of this step; 0 for a step that took no time.
  public var tokensPerSecond: Double { stepSeconds > 0 ? Double(stepTokens) / stepSeconds : 0 }

  /// Whether a log that keeps every `interval`th step keeps this one; the last of a stage always is.
  public func isLogged(every interval: Int) -> Bool {
    step.isMultiple(of: interval) || stageStep == stageSteps
  }
}

/// What an evaluation found, in the numbers that a log keeps.
public struct AcceptanceSummary: Sendable, Equatable {
  /// The step whose weights were measured.
  public var step: Int
  /// Name of the stage, or of the training stage that was interrupted for a short measurement.
  public var stage: String
  /// Whether it was a short measurement while training.
  public var isBrief: Bool
  /// Prompt set, or `all`.
  public var domain: String
  /// Mean acceptance length: accepted draft tokens + 1 for each verification.
  public var tau: Double
  /// Accepted of all drafted tokens.
  public var acceptanceRate: Double
  /// Wall-clock speed over plain decoding; nil where it was not measured.
  public var speedup: Double?
  /// Wall time of the measurement.
  public var seconds: Double

  /// What an evaluation found.
  public init(
    step: Int, stage: String, isBrief: Bool, domain: String, tau: Double, acceptanceRate: Double,
    speedup: Double?, seconds: Double
  ) {
    self.step = step
    self.stage = stage
    self.isBrief = isBrief
    self.domain = domain
    self.tau = tau
    self.acceptanceRate = acceptanceRate
    self.speedup = speedup
    self.seconds = seconds
  }
}
