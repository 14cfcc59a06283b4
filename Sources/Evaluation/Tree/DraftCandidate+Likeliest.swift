extension DraftCandidate {
  /// The `count` likeliest tokens, the likeliest first, the lower row first among equals.
  ///
  /// - Parameters:
  ///   - logProbabilities: of the rows of a drafter's head.
  ///   - targetIDs: the token of each row; nil where they are the target's tokens in order.
  package static func likeliest(
    _ count: Int, of logProbabilities: ArraySlice<Float>, targetIDs: [Int32]? = nil
  ) -> [DraftCandidate] {
    likeliestRows(count, of: logProbabilities).map { row, value in
      DraftCandidate(token: targetIDs?[row] ?? Int32(row), logProbability: Double(value))
    }
  }
}
