/// Noise on the target's states in training, so that a drafter bears states that are not quite the target's: its own.
///
/// The paper draws from U(-0.1, 0.1): a width of 0.2. EAGLE's code multiplies that by 512 over the length of the text, so
/// that short texts have more of it; `referenceLength` 512 does the same.
///
/// Source: Li et al., "EAGLE", 2024, section 4.2; SafeAILab/EAGLE, `train/main.py`, `AddUniformNoise`.
package struct StateNoise: Sendable, Hashable {
  /// Width of the uniform distribution around 0.
  package var width: Float
  /// The length of text at which the width holds, others having it in inverse proportion; nil: every length.
  package var referenceLength: Int?
  package var seed: UInt64

  /// Noise by its numbers.
  package init(width: Float, referenceLength: Int? = nil, seed: UInt64) {
    (self.width, self.referenceLength, self.seed) = (width, referenceLength, seed)
  }

  /// The width at every row, [n].
  package func amplitudes(_ rows: UnrolledRows) -> [Float] {
    guard let referenceLength else { return [Float](repeating: width, count: rows.documentLengths.count) }
    return rows.documentLengths.map { width * Float(referenceLength) / Float($0) }
  }
}
