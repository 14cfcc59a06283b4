/// Distributions over the vocabulary, one per row, in one flat buffer that is made once and overwritten.
///
/// Letters: `r` rows, `v` the size of the vocabulary.
package struct ProbabilityRows: Sendable {
  /// How many distributions there is room for.
  package let rowCount: Int
  /// How many tokens each distribution covers.
  package let vocabularySize: Int
  /// The probabilities: `[r, v]`.
  package internal(set) var values: [Float]

  /// Room for `rowCount` distributions, all zero.
  package init(rowCount: Int, vocabularySize: Int) {
    precondition(rowCount >= 0 && vocabularySize > 0, "ProbabilityRows of \(rowCount) × \(vocabularySize)")
    self.rowCount = rowCount
    self.vocabularySize = vocabularySize
    values = [Float](repeating: 0, count: rowCount * vocabularySize)
  }

  /// Rows with known values `[r, v]`, for rules and tests that bring their own distributions.
  package init(values: [Float], vocabularySize: Int) {
    precondition(
      vocabularySize > 0 && values.count.isMultiple(of: vocabularySize),
      "ProbabilityRows: \(values.count) values are no rows of \(vocabularySize)")
    rowCount = values.count / vocabularySize
    self.vocabularySize = vocabularySize
    self.values = values
  }

  /// The probability of `token` in `row`.
  package subscript(row: Int, token: Int32) -> Float {
    precondition(row >= 0 && row < rowCount && token >= 0 && Int(token) < vocabularySize)
    return values[row * vocabularySize + Int(token)]
  }

  /// One distribution, [v].
  func distribution(_ row: Int) -> [Float] { Array(values[range(of: row)]) }

  /// Where `row` lies in `values`.
  func range(of row: Int) -> Range<Int> {
    precondition(row >= 0 && row < rowCount, "ProbabilityRows: row \(row) of \(rowCount)")
    return row * vocabularySize..<(row + 1) * vocabularySize
  }

  /// How likely a token drawn from row `draftRow` of `draft` is accepted against `row` of these distributions:
  ///
  ///     alpha = sum over x of min(p(x), q(x)) = 1 − TVD(p, q)
  ///
  /// Source: Leviathan, Kalman, Matias, "Fast Inference from Transformers via Speculative Decoding", 2023, thm 3.5.
  package func acceptanceProbability(row: Int, draft: ProbabilityRows, draftRow: Int) -> Double {
    precondition(vocabularySize == draft.vocabularySize)
    let p = range(of: row).lowerBound
    let q = draft.range(of: draftRow).lowerBound
    var sum = 0.0
    for x in 0..<vocabularySize { sum += Double(min(values[p + x], draft.values[q + x])) }
    return sum
  }
}
