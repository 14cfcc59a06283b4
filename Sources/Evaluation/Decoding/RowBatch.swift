/// The rows of one call of a model, collected in memory that is reused from call to call.
struct RowBatch {
  private var tokens: [Int32] = []
  private var sequences: [Int32] = []
  private var positions: [Int32] = []
  private var outputs: [Int] = []

  var count: Int { tokens.count }

  /// The row of an output.
  func row(ofOutput output: Int) -> Int { outputs[output] }

  mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    sequences.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    outputs.removeAll(keepingCapacity: true)
  }

  /// Adds a row whose logits nobody reads.
  mutating func append(token: Int32, line: Int32, position: Int) {
    tokens.append(token)
    sequences.append(line)
    positions.append(Int32(position))
  }

  /// Adds a row whose logits are read and returns its place among the outputs.
  @discardableResult
  mutating func appendOutput(token: Int32, line: Int32, position: Int) -> Int {
    outputs.append(count)
    append(token: token, line: line, position: position)
    return outputs.count - 1
  }

  /// Runs all rows in one call; the logits of the outputs become readable.
  func forward(_ model: some SequenceModel) throws {
    guard count > 0 else { return }
    try model.forward(tokens: tokens, sequences: sequences, positions: positions, outputs: outputs)
  }

  /// Writes all rows, none of which is read, to the cache, in as many calls as the model's row limit asks for.
  func fill(_ model: some SequenceModel) throws {
    precondition(outputs.isEmpty, "RowBatch: filling with \(outputs.count) outputs")
    let step = max(1, model.rowLimit)
    for start in stride(from: 0, to: count, by: step) {
      let rows = start..<min(start + step, count)
      try model.forward(
        tokens: Array(tokens[rows]), sequences: Array(sequences[rows]), positions: Array(positions[rows]),
        outputs: [])
    }
  }
}
