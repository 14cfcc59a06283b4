/// The settings of one AdamW sweep; corrections are 1 / (1 - beta^t).
public struct AdamWSweep: Sendable, Hashable {
  public var learningRate: Float
  public var beta1: Float
  public var beta2: Float
  public var epsilon: Float
  public var decay: Float
  public var correction1: Float
  public var correction2: Float
}

/// The settings of one SGD sweep.
public struct SGDSweep: Sendable, Hashable {
  public var learningRate: Float
  public var momentum: Float
  public var dampening: Float
  public var decay: Float
  public var isNesterov: Bool
  /// Whether the momentum buffer starts with this gradient.
  public var isFirst: Bool
}

/// The settings of one Lion sweep.
public struct LionSweep: Sendable, Hashable {
  public var learningRate: Float
  public var beta1: Float
  public var beta2: Float
  public var decay: Float
}

/// One pass over flat slabs per optimizer. `clip` multiplies each gradient as it is read.
public protocol OptimizerBackend: AnyObject {
  func adamW(_ p: Slot, _ g: Slot, m: Slot, v: Slot, clip: Float, _ sweep: AdamWSweep)
  /// `buffer` is nil without momentum.
  func sgd(_ p: Slot, _ g: Slot, buffer: Slot?, clip: Float, _ sweep: SGDSweep)
  func lion(_ p: Slot, _ g: Slot, m: Slot, clip: Float, _ sweep: LionSweep)
  /// average += (1 - decay)(p - average).
  func movingAverage(_ p: Slot, into average: Slot, decay: Float)
}
