/// A line of a chart.
package struct Series: Sendable {
  /// One measurement.
  package struct Point: Sendable, Equatable {
    package let x: Double
    /// Nil where there was a measurement that is no number.
    package let y: Double?

    /// A point with its coordinates; a y that is not finite counts as none.
    package init(_ x: Double, _ y: Double?) {
      self.x = x
      self.y = y.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// As the legend calls it.
  package let name: String
  /// In ascending order of x.
  package let points: [Point]

  /// A line with its points.
  package init(_ name: String, _ points: [Point]) {
    precondition(
      zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x }, "points of '\(name)' out of order")
    (self.name, self.points) = (name, points)
  }
}
