extension Batch {
  /// Makes the batch empty, without touching the rows: `finish(from:)` pads what is not written.
  mutating func reset() {
    realTokenCount = 0
    filledRowCount = 0
    spans.removeAll(keepingCapacity: true)
  }

  /// Copies `count` tokens of a document, from `offset` on, to the rows from `row` on, which lie in one sequence.
  mutating func write(
    _ store: TokenStore, document: Int, offset: Int, count: Int, source: Int, row: Int
  ) {
    let range = store.range(of: document)
    let firstKeyOfSpan = Int32(row % sequenceLength)
    precondition(
      offset >= 0 && offset + count <= range.count && row % sequenceLength + count <= sequenceLength,
      "Batch.write: \(count) tokens from \(offset) of \(range.count) to row \(row)")
    for i in 0..<count {
      let place = range.lowerBound + offset + i
      let hasLabel = place + 1 < range.upperBound && store.inLoss[place + 1]
      tokens[row + i] = store.tokens[place]
      labels[row + i] = hasLabel ? store.tokens[place + 1] : -1
      positions[row + i] = Int32(i)
      firstKey[row + i] = firstKeyOfSpan
      realTokenCount += hasLabel ? 1 : 0
    }
    writeTeacher(store, from: range.lowerBound + offset, count: count, row: row)
    filledRowCount += count
    spans.append(
      Span(source: source, document: document, row: row, count: count, documentOffset: offset))
  }

  /// Turns rows `row ..< end` into padding.
  mutating func pad(from row: Int, to end: Int) {
    for i in row..<end {
      tokens[i] = 0
      labels[i] = -1
      positions[i] = 0
      firstKey[i] = Int32(i % sequenceLength)
      clearTeacher(row: i)
    }
  }

  /// The row of a label is the store's row of the label's token, one further on.
  private mutating func writeTeacher(_ store: TokenStore, from place: Int, count: Int, row: Int) {
    guard let entryCount = teacher?.entryCount else { return }
    let hasRows = store.teacher?.entryCount == entryCount
    for i in 0..<count {
      guard hasRows, labels[row + i] >= 0 else {
        clearTeacher(row: row + i)
        continue
      }
      for entry in 0..<entryCount {
        let from = (place + i + 1) * entryCount + entry
        teacher?.indices[(row + i) * entryCount + entry] = store.teacher?.indices[from] ?? -1
        teacher?.logProbabilities[(row + i) * entryCount + entry] = store.teacher?.logProbabilities[from] ?? 0
      }
    }
  }

  private mutating func clearTeacher(row: Int) {
    guard let entryCount = teacher?.entryCount else { return }
    for entry in row * entryCount..<(row + 1) * entryCount {
      teacher?.indices[entry] = -1
      teacher?.logProbabilities[entry] = 0
    }
  }
}
