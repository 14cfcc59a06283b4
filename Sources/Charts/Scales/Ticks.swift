internal import Foundation

/// Values of an axis that people like to read: 1, 2 and 5 times powers of ten.
package enum Ticks {
  /// The step between ticks that divides a span into `count` parts or fewer.
  ///
  /// - Parameter span: above 0.
  package static func step(of span: Double, count: Int) -> Double {
    precondition(span > 0 && count > 0, "Ticks: a span of \(span) in \(count) parts")
    let rough = span / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    // A span that was made of whole steps must not be thrown to the next one by its last bit.
    let factor = [1.0, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
    return factor * power
  }

  /// The multiples of `step` in a range; 0 is never −0.
  package static func multiples(of step: Double, in range: ClosedRange<Double>) -> [Double] {
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    guard first <= last else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step + 0 }
  }

  /// 1, 2 and 5 times the powers of ten in a range, whose ends are above 0.
  package static func decades(in range: ClosedRange<Double>) -> [Double] {
    let exponents = stride(
      from: log10(range.lowerBound).rounded(.down), through: log10(range.upperBound).rounded(.up), by: 1)
    let bounds = range.lowerBound * (1 - 1e-9)...range.upperBound * (1 + 1e-9)
    return exponents.flatMap { exponent in [1.0, 2, 5].map { $0 * pow(10, exponent) } }.filter(
      bounds.contains)
  }

  /// Digits behind the point that tell multiples of `step` apart.
  package static func digits(of step: Double) -> Int {
    max(0, -Int((log10(step) + 1e-9).rounded(.down)))
  }
}
