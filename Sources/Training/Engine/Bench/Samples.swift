/// Repeated measurements of one thing.
package struct Samples: Sendable, Equatable {
  private let sorted: [Double]

  /// At least one measurement, in any order.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "there is nothing to summarise")
    sorted = values.sorted()
  }

  /// The middle one; of an even number the mean of the two in the middle.
  package var median: Double {
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// The smallest: what is left when nothing else disturbs.
  package var least: Double { sorted[0] }
}
