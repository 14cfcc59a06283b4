internal import Autodiff
internal import Models

extension FeatureDrafterConfiguration {
  /// Rotary positions with the target's frequencies, for heads of the drafter's width.
  func rotaryTable(positions: Int, on backend: any Backend) -> RotaryTable {
    var heads = rotary
    heads.headSize = headSize
    let frequencies = heads.rotaryFrequencies(positions: positions)
    return RotaryTable(
      inverseFrequencies: frequencies.inverse, scale: frequencies.scale, positionCount: positions,
      on: backend)
  }

  /// A norm of states; its weight is loaded where the drafter's others are, else it begins as ones.
  func norm(_ scope: ParameterScope, _ initializer: Initializer) -> RMSNorm {
    RMSNorm(
      scope, size: hiddenSize, epsilon: normEpsilon,
      initializer: initializer == .loaded ? .loaded : .constant(1))
  }

  /// A cache of the one layer.
  func makeCache(lines: Int, capacity: Int, on backend: any Backend) -> KeyValueCache {
    KeyValueCache(
      layers: 1,
      CacheSize(lines: lines, capacity: capacity, kvHeads: kvHeadCount, headSize: headSize), on: backend)
  }
}
