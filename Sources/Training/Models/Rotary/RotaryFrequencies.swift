internal import Autodiff
internal import Foundation

/// Rotary frequencies in radians per position, one per pair of a head, and what cosines and sines are multiplied by.
package struct RotaryFrequencies: Sendable, Equatable {
  package let inverse: [Double]
  package let scale: Double

  /// The frequencies of a head.
  ///
  /// - Parameters:
  ///   - maxPositions: the longest sequence that the model claims, which LongRoPE's scale depends on.
  ///   - positions: how long sequences will be at most. LongRoPE's factors are chosen once, by this number, where
  ///     transformers changes them (and with them every earlier position) when a sequence grows past the original length.
  package init(
    headSize: Int, theta: Double, scaling: RotaryScaling?, maxPositions: Int, positions: Int
  ) {
    let plain = RotaryTable.inverseFrequencies(headSize: headSize, theta: theta)
    switch scaling {
    case nil: (inverse, scale) = (plain, 1)
    case .linear(let factor): (inverse, scale) = (plain.map { $0 / factor }, 1)
    case .llama3(let factor, let low, let high, let original):
      inverse = plain.map {
        Self.llama3($0, factor: factor, low: low, high: high, original: Double(original))
      }
      scale = 1
    case .yarn(let factor, let fast, let slow, let original, let attention):
      inverse = Self.yarn(
        plain, theta: theta, factor: factor, fast: fast, slow: slow, original: Double(original))
      scale = attention ?? (factor <= 1 ? 1 : 0.1 * log(factor) + 1)
    case .longRope(let short, let long, let original, let attention):
      inverse = zip(plain, positions > original ? long : short).map { $0 / $1 }
      scale =
        attention
        ?? Self.longRopeScale(factor: Double(maxPositions) / Double(original), originalPositions: original)
    }
  }

  /// What LongRoPE multiplies cosines and sines by when contexts grow by `factor`.
  static func longRopeScale(factor: Double, originalPositions: Int) -> Double {
    factor <= 1 ? 1 : (1 + log(factor) / log(Double(originalPositions))).squareRoot()
  }

  /// Source: Llama 3.1's `apply_scaling` as documented for `rope_type: llama3` in Hugging Face configurations:
  /// wavelengths below original/high keep their frequency, above original/low are divided by the factor, and in
  /// between the two are blended linearly in original/wavelength.
  private static func llama3(
    _ frequency: Double, factor: Double, low: Double, high: Double, original: Double
  ) -> Double {
    let wavelength = 2 * Double.pi / frequency
    if wavelength < original / high { return frequency }
    if wavelength > original / low { return frequency / factor }
    let smooth = (original / wavelength - low) / (high - low)
    return (1 - smooth) * frequency / factor + smooth * frequency
  }

  /// Source: Peng et al. 2023, eqs. 17 and 18; the blend is linear in the index of the pair and its ends are rounded
  /// outwards, as in their code and in transformers.
  private static func yarn(
    _ plain: [Double], theta: Double, factor: Double, fast: Double, slow: Double, original: Double
  ) -> [Double] {
    let size = Double(2 * plain.count)
    func index(rotations: Double) -> Double {
      size * log(original / (rotations * 2 * Double.pi)) / (2 * log(theta))
    }
    let begin = max(index(rotations: fast).rounded(.down), 0)
    let end = min(index(rotations: slow).rounded(.up), size - 1)
    let width = begin == end ? 0.001 : end - begin
    return plain.enumerated().map { pair, frequency in
      let stretched = min(max((Double(pair) - begin) / width, 0), 1)
      return frequency * (1 - stretched) + frequency / factor * stretched
    }
  }
}
