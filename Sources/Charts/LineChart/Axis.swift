/// How numbers of an axis are written: the value, and the digits behind the point that its ticks need.
package typealias NumberFormat = @Sendable (_ value: Double, _ digits: Int) -> String

/// What an axis of a chart shows.
package struct Axis: Sendable {
  /// What is counted, with its unit; stands beside the axis.
  let label: String
  let extent: Scale.Extent
  /// Whether nothing stands between whole numbers.
  let isWhole: Bool
  let format: NumberFormat

  /// An axis.
  package init(
    _ label: String, _ extent: Scale.Extent = .values, isWhole: Bool = false, format: @escaping NumberFormat
  ) {
    (self.label, self.extent, self.isWhole, self.format) = (label, extent, isWhole, format)
  }

  /// A value as ticks and hints write it, with `more` digits than the ticks need.
  func text(_ value: Double, on scale: Scale, more: Int = 0) -> String {
    format(value, scale.digits(of: value) + more)
  }
}
