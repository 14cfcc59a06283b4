internal import Autodiff

/// Rotary frequencies and their scaling.
enum RotaryFrequencies {
  static func plain(headSize: Int, theta: Double) -> [Double] {
    RotaryTable.inverseFrequencies(headSize: headSize, theta: theta)
  }

  /// One frequency after scaling.
  ///
  /// Source: Llama 3.1's `apply_scaling` as documented for `rope_type: llama3` in Hugging Face configurations:
  /// wavelengths below original/high keep their frequency, above original/low are divided by the factor, and in
  /// between the two are blended linearly in original/wavelength.
  static func scaled(_ frequency: Double, by scaling: RotaryScaling) -> Double {
    switch scaling {
    case .linear(let factor): return frequency / factor
    case .llama3(let factor, let low, let high, let original):
      let wavelength = 2 * Double.pi / frequency
      if wavelength < Double(original) / high { return frequency }
      if wavelength > Double(original) / low { return frequency / factor }
      let smooth = (Double(original) / wavelength - low) / (high - low)
      return (1 - smooth) * frequency / factor + smooth * frequency
    }
  }
}
