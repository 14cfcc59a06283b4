internal import Autodiff

extension RotaryFrequencies {
  /// What a scaling that does not depend on the length of a sequence divides each frequency by.
  static func factors(headSize: Int, theta: Double, _ scaling: RotaryScaling) -> [Double] {
    let scaled = RotaryFrequencies(
      headSize: headSize, theta: theta, scaling: scaling, maxPositions: 1, positions: 1)
    return zip(RotaryTable.inverseFrequencies(headSize: headSize, theta: theta), scaled.inverse).map {
      $0 / $1
    }
  }
}
