internal import Foundation

/// Where the values of an axis stand on it, from 0 at its beginning to 1 at its end.
package struct Scale: Sendable, Equatable {
  /// The values of its two ends.
  package let bounds: ClosedRange<Double>
  /// Whether equal distances are equal factors.
  package let isLogarithmic: Bool
  /// The values that are named beside it.
  package let ticks: [Double]
  /// Digits behind the point that the ticks need; of each tick by itself where equal distances are factors.
  private let tickDigits: Int

  /// Which values an axis covers.
  package enum Extent: Sendable, Equatable {
    /// Those that there are.
    case values
    /// Those that there are, and another.
    case including(Double)
    /// Those that there are; by powers of ten where they span more than two of them, else with 0.
    case decades
    /// From one to the other, whatever there is.
    case fixed(ClosedRange<Double>)
  }

  /// A scale that ends at ticks.
  ///
  /// - Parameter tickCount: steps between ticks at most.
  package init(_ values: [Double], _ extent: Extent, tickCount: Int = 5) {
    let finite = values.filter(\.isFinite)
    let (smallest, largest) = (finite.min() ?? 0, finite.max() ?? 1)
    switch extent {
    case .decades where smallest > 0 && largest / smallest > 100:
      self.init(decadesFrom: smallest, to: largest, tickCount: tickCount)
    case .values: self.init(linearFrom: smallest, to: largest, tickCount: tickCount)
    case .including(let value):
      self.init(linearFrom: min(value, smallest), to: max(value, largest), tickCount: tickCount)
    case .decades:
      self.init(linearFrom: min(0, smallest), to: max(0, largest), tickCount: tickCount)
    case .fixed(let bounds): self.init(exactly: bounds, tickCount: tickCount)
    }
  }

  /// A linear scale with ticks inside exact ends.
  package init(exactly bounds: ClosedRange<Double>, tickCount: Int = 5) {
    let bounds = bounds.lowerBound < bounds.upperBound ? bounds : bounds.lowerBound...bounds.lowerBound + 1
    let step = Ticks.step(of: bounds.upperBound - bounds.lowerBound, count: tickCount)
    (self.bounds, isLogarithmic) = (bounds, false)
    (ticks, tickDigits) = (Ticks.multiples(of: step, in: bounds), Ticks.digits(of: step))
  }

  /// A linear scale for whole numbers, which names nothing between them.
  package init(wholeNumbers bounds: ClosedRange<Double>, tickCount: Int) {
    let span = max(bounds.upperBound - bounds.lowerBound, 1)
    let step = max(1, Ticks.step(of: span, count: tickCount))
    self.bounds = bounds.lowerBound...bounds.lowerBound + span
    (isLogarithmic, tickDigits) = (false, 0)
    ticks = Ticks.multiples(of: step, in: bounds)
  }

  private init(linearFrom smallest: Double, to largest: Double, tickCount: Int) {
    // A constant stands in the middle.
    let margin = smallest < largest ? 0 : max(abs(smallest), 1) / 2
    let step = Ticks.step(of: largest - smallest + 2 * margin, count: tickCount)
    let first = ((smallest - margin) / step + 1e-9).rounded(.down) * step
    let last = ((largest + margin) / step - 1e-9).rounded(.up) * step
    // 28 steps of 0.1 are a little more than 2.8, and nothing may lie outside.
    (bounds, isLogarithmic) = (min(first, smallest)...max(last, largest), false)
    (ticks, tickDigits) = (Ticks.multiples(of: step, in: bounds), Ticks.digits(of: step))
  }

  private init(decadesFrom smallest: Double, to largest: Double, tickCount: Int) {
    let around = Ticks.decades(in: smallest / 10...largest * 10)
    let first = around.last { $0 <= smallest } ?? smallest
    let last = around.first { $0 >= largest } ?? largest
    (bounds, isLogarithmic, tickDigits) = (first...last, true, 0)
    let all = Ticks.decades(in: first...last)
    let powers = all.filter { Ticks.isPowerOfTen($0) }
    ticks = all.count <= tickCount + 1 ? all : powers
  }

  /// The place of a value: 0 to 1 inside the bounds.
  package func place(_ value: Double) -> Double {
    if isLogarithmic {
      guard value > 0 else { return 0 }
      return log(value / bounds.lowerBound) / log(bounds.upperBound / bounds.lowerBound)
    }
    return (value - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
  }

  /// How many digits behind the point a tick needs.
  package func digits(of tick: Double) -> Int {
    isLogarithmic && tick > 0 ? Ticks.digits(of: tick) : tickDigits
  }
}

extension Ticks {
  /// Whether a number is 10 to some whole exponent, rounding aside.
  static func isPowerOfTen(_ value: Double) -> Bool {
    let exponent = log10(value)
    return abs(exponent - exponent.rounded()) < 1e-9
  }
}
