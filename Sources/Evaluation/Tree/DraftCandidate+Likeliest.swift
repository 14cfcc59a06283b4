extension DraftCandidate {
  /// The `count` likeliest tokens, the likeliest first, the lower row first among equals.
  ///
  /// - Parameters:
  ///   - logProbabilities: of the rows of a drafter's head.
  ///   - targetIDs: the token of each row; nil where they are the target's tokens in order.
  package static func likeliest(
    _ count: Int, of logProbabilities: ArraySlice<Float>, targetIDs: [Int32]? = nil
  ) -> [DraftCandidate] {
    var best: [(row: Int, value: Float)] = []
    best.reserveCapacity(count + 1)
    for (row, value) in logProbabilities.enumerated() {
      guard best.count < count || value > best[best.count - 1].value else { continue }
      let place = best.firstIndex { value > $0.value } ?? best.count
      best.insert((row, value), at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map { row, value in
      DraftCandidate(token: targetIDs?[row] ?? Int32(row), logProbability: Double(value))
    }
  }
}
