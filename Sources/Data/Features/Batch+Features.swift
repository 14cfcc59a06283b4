internal import FileSystem

extension Batch {
  /// The target's hidden states at every row.
  package struct Features: Sendable, Equatable {
    /// Which states they are.
    package let states: [FeatureState]
    /// Width of a state.
    package let width: Int
    /// For each state its rows, [b · l, width]; zeros in padding.
    package internal(set) var values: [[Float]]
  }

  /// Reads the states of the rows that hold tokens, and clears those of padding.
  ///
  /// - Parameter sources: of the mixture's sources, in their order.
  /// - Throws: `InputError` naming file and dataset of what cannot be read.
  mutating func readFeatures(from sources: [(any FeatureSource)?]) throws(InputError) {
    guard var rows = features else { return }
    // Taken out, so that the arrays are written in place.
    features = nil
    defer { features = rows }
    var next = 0
    for span in spans {
      rows.clear(next..<span.row)
      guard let source = sources[span.source] else { preconditionFailure("a source without states") }
      try source.read(
        span.documentOffset..<span.documentOffset + span.count, of: span.document, into: &rows.values,
        at: span.row)
      next = span.row + span.count
    }
    rows.clear(next..<rowCount)
  }
}

extension Batch.Features {
  init(source: any FeatureSource, rowCount: Int) {
    states = source.states
    width = source.width
    values = states.map { _ in [Float](repeating: 0, count: rowCount * source.width) }
  }

  fileprivate mutating func clear(_ rows: Range<Int>) {
    for state in values.indices {
      for place in rows.lowerBound * width..<rows.upperBound * width { values[state][place] = 0 }
    }
  }
}
