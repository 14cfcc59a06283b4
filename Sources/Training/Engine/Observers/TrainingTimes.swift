/// Where the time of training steps went, in seconds of wall time.
public struct TrainingTimes: Sendable, Equatable {
  /// The steps themselves, waiting for data included.
  public var stepSeconds = 0.0
  /// Of these, waiting for batches that were not packed yet.
  public var dataWaitSeconds = 0.0
  /// Beside them, copying snapshots and waiting for saves.
  public var saveWaitSeconds = 0.0

  /// No time yet.
  public init() {}

  /// Adds a step, and what was waited for saves before it.
  public mutating func add(_ metrics: StepMetrics) {
    stepSeconds += metrics.stepSeconds
    dataWaitSeconds += metrics.dataWaitSeconds
    saveWaitSeconds += metrics.saveWaitSeconds
  }

  /// Waiting for data, as a share of all; 0 where no time has passed.
  public var dataShare: Double { share(dataWaitSeconds) }
  /// Saving, as a share of all; 0 where no time has passed.
  public var saveShare: Double { share(saveWaitSeconds) }

  private func share(_ seconds: Double) -> Double {
    let all = stepSeconds + saveWaitSeconds
    return all > 0 ? seconds / all : 0
  }
}
