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
  ///
  /// - Parameters:
  ///   - firstKey: the row at which each row's document begins in its sequence, [n].
  ///   - length: rows of a sequence.
  package func amplitudes(firstKey: [Int32], length: Int) -> [Float] {
    var amplitudes = [Float](repeating: width, count: firstKey.count)
    guard let referenceLength else { return amplitudes }
    var begin = 0
    while begin < firstKey.count {
      // A document's rows stand together within a sequence.
      let sequenceEnd = (begin / length + 1) * length
      let end = (begin..<sequenceEnd).first { firstKey[$0] != firstKey[begin] } ?? sequenceEnd
      for row in begin..<end { amplitudes[row] = width * Float(referenceLength) / Float(end - begin) }
      begin = end
    }
    return amplitudes
  }
}
