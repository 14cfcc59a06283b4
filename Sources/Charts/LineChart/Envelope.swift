/// A series for a drawing that is only so wide: where points are more than columns, a column tells the smallest, the
/// largest and the mean of all its points, so that none of them is dropped.
package struct Envelope: Sendable, Equatable {
  /// The points that share a column.
  package struct Column: Sendable, Equatable {
    /// The x of the first and the last of its points.
    package let x: ClosedRange<Double>
    /// The smallest and the largest of its values; nil where none of its points has one.
    package let values: ClosedRange<Double>?
    package let mean: Double?
    package let count: Int

    /// Where it is drawn.
    package var middle: Double { (x.lowerBound + x.upperBound) / 2 }
  }

  /// In ascending order of x; empty ones are left out.
  package let columns: [Column]
  /// Whether a column may hold more than one point.
  package let isThinned: Bool

  /// Divides a range into columns of equal width if there are more points than columns.
  ///
  /// - Parameter points: in ascending order of x, all in `range`.
  package init(_ points: [Series.Point], in range: ClosedRange<Double>, columnCount: Int) {
    precondition(columnCount > 0, "Envelope: \(columnCount) columns")
    isThinned = points.count > columnCount
    guard isThinned else {
      columns = points.map { Self.column([$0]) }
      return
    }
    let width = max(range.upperBound - range.lowerBound, .leastNormalMagnitude) / Double(columnCount)
    func number(_ point: Series.Point) -> Int {
      min(columnCount - 1, max(0, Int((point.x - range.lowerBound) / width)))
    }
    var columns: [Column] = []
    var start = 0
    for end in points.indices.dropFirst() where number(points[end]) != number(points[start]) {
      columns.append(Self.column(points[start..<end]))
      start = end
    }
    columns.append(Self.column(points[start...]))
    self.columns = columns
  }

  private static func column(_ points: ArraySlice<Series.Point>) -> Column {
    let values = points.compactMap(\.y)
    let first = points[points.startIndex].x
    guard let smallest = values.min(), let largest = values.max() else {
      return Column(x: first...(points.last?.x ?? first), values: nil, mean: nil, count: points.count)
    }
    // A mean of equal numbers must not leave their range by its rounding.
    let mean = min(largest, max(smallest, values.reduce(0, +) / Double(values.count)))
    return Column(
      x: first...(points.last?.x ?? first), values: smallest...largest, mean: mean, count: points.count)
  }

  /// The columns that a line connects: it ends where a column has no value.
  package var runs: [[Column]] {
    columns.split { $0.values == nil }.map(Array.init)
  }
}
