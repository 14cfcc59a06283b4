/// How rotary frequencies are scaled for contexts longer than those of pre-training.
package enum RotaryScaling: Sendable, Hashable {
  /// Llama 3.1: long wavelengths are stretched by `factor`, short ones kept, those between blended.
  case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalPositions: Int)
  /// Every position divided by `factor`.
  case linear(factor: Double)
  /// Peng et al., "YaRN", 2023: wavelengths that fit into the original context less than `betaSlow` times are
  /// stretched by `factor`, those that fit `betaFast` times kept, those between blended.
  case yarn(
    factor: Double, betaFast: Double, betaSlow: Double, originalPositions: Int, attentionFactor: Double?)
  /// Ding et al., "LongRoPE", 2024: a divisor for each frequency, one list for sequences up to the original length and
  /// one for longer ones.
  case longRope(
    shortFactors: [Double], longFactors: [Double], originalPositions: Int, attentionFactor: Double?)
}
