/// The settings of one AdamW sweep; corrections are 1 / (1 - beta^t).
package struct AdamWSweep: Sendable, Hashable {
  package var learningRate: Float
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  package var decay: Float
  package var correction1: Float
  package var correction2: Float
}

/// The settings of one SGD sweep.
package struct SGDSweep: Sendable, Hashable {
  package var learningRate: Float
  package var momentum: Float
  package var dampening: Float
  package var decay: Float
  package var isNesterov: Bool
  /// Whether the momentum buffer starts with this gradient.
  package var isFirst: Bool
}

/// The settings of one Lion sweep.
package struct LionSweep: Sendable, Hashable {
  package var learningRate: Float
  package var beta1: Float
  package var beta2: Float
  package var decay: Float
}

/// One pass over flat slabs per optimizer. `clip` multiplies each gradient as it is read.
package protocol OptimizerBackend: AnyObject {
  func adamW(_ p: Slot, _ g: Slot, m: Slot, v: Slot, clip: Float, _ sweep: AdamWSweep)
  /// `buffer` is nil without momentum.
  func sgd(_ p: Slot, _ g: Slot, buffer: Slot?, clip: Float, _ sweep: SGDSweep)
  func lion(_ p: Slot, _ g: Slot, m: Slot, clip: Float, _ sweep: LionSweep)
  /// average += (1 - decay)(p - average).
  func movingAverage(_ p: Slot, into average: Slot, decay: Float)
}
