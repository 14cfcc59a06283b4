/// The rows of one call of a model, collected in memory that is reused from call to call.
struct RowBatch {
  private(set) var tokens: [Int32] = []
  private(set) var sequences: [Int32] = []
  private(set) var positions: [Int32] = []

  var count: Int { tokens.count }

  mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    sequences.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
  }

  /// Adds a row and returns its index.
  @discardableResult
  mutating func append(token: Int32, line: Int32, position: Int) -> Int {
    tokens.append(token)
    sequences.append(line)
    positions.append(Int32(position))
    return tokens.count - 1
  }

  /// Runs all rows; their logits become readable.
  func forward(_ model: some SequenceModel) throws {
    if count > 0 { try model.forward(tokens: tokens, sequences: sequences, positions: positions) }
  }

  /// Writes all rows to the cache, in as many calls as the model's row limit asks for.
  func fill(_ model: some SequenceModel) throws {
    let step = max(1, model.rowLimit)
    guard count > step else {
      if count > 0 { try model.fill(tokens: tokens, sequences: sequences, positions: positions) }
      return
    }
    for start in stride(from: 0, to: count, by: step) {
      let rows = start..<min(start + step, count)
      try model.fill(
        tokens: Array(tokens[rows]), sequences: Array(sequences[rows]), positions: Array(positions[rows]))
    }
  }
}
