internal import DraftData

extension Batch {
  /// Whether `distance` rows on stands the token that is so many tokens on in the same document.
  func continues(behind row: Int, by distance: Int = 1) -> Bool {
    let next = row + distance
    return row % sequenceLength + distance < sequenceLength && firstKey[next] == firstKey[row]
      && positions[next] == positions[row] + Int32(distance)
  }
}
