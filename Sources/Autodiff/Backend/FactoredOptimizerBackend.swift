/// Where Adafactor keeps its second moment of a gradient.
package enum SecondMoment: Sendable, Hashable {
  /// v[r, c] = rows[r] columns[c] / max(mean(rows), epsilon). rows: [r], columns: [c].
  case factored(rows: Slot, columns: Slot)
  /// Like the gradient.
  case full(Slot)
}

/// Adafactor's passes over one parameter. `clip` multiplies each gradient as it is read.
package protocol FactoredOptimizerBackend: AnyObject {
  /// moment += weight (g² - moment); means over columns and over rows of g² if it is factored.
  func updateSecondMoment(_ moment: SecondMoment, _ g: Slot, clip: Float, weight: Float)
  /// The sum of squares of u = g / max(sqrt(v), epsilon), in double precision, in a fixed order.
  func adafactorSumOfSquares(_ g: Slot, _ moment: SecondMoment, clip: Float, epsilon: Float) -> Double
  /// p = retention p - rate u.
  func adafactor(
    _ p: Slot, _ g: Slot, _ moment: SecondMoment, clip: Float, epsilon: Float, retention: Float, rate: Float)
}
