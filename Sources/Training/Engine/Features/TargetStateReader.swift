package import Autodiff
package import DraftData
package import Models

/// Runs a frozen target over whole documents and shows its hidden states.
///
/// Documents lie behind one another in a single sequence and do not see each other. Each begins where a block of keys in
/// attention does, so that its states are the same bits whichever documents lie beside it: a stage that was interrupted
/// may group them otherwise.
package final class TargetStateReader {
  /// Rows of one pass.
  package let rowCount: Int
  private let executor: Executor
  private let inputs: (tokens: Tensor, positions: Tensor, firstKey: Tensor)
  private let states: [Tensor]
  private let width: Int
  /// For each state all rows of the last pass, [rows, width].
  private var values: [[Float]]
  /// The plan knows only where the weights lie.
  private let target: LanguageModel

  /// Documents begin at multiples of this.
  private let alignment: Int

  /// Plans a pass and takes its memory.
  ///
  /// - Parameters:
  ///   - rows: of a pass, rounded up to where documents begin; the longest document must fit.
  package init(_ target: LanguageModel, states wanted: [FeatureState], rows: Int, on backend: any Backend) {
    // A tile of 128 queries goes over its keys in blocks of 64 from the first one that any of them sees: the beginning of
    // a document, or, where a window slides, a place that depends on where the tile itself begins (`attention_forward.c`).
    alignment = target.configuration.window == nil ? 64 : 128
    let rows = (max(rows, 1) + alignment - 1) / alignment * alignment
    var g = Graph()
    let inputs = (
      tokens: g.input([rows], .int32), positions: g.input([rows], .int32), firstKey: g.input([rows], .int32)
    )
    let taps = wanted.compactMap { if case .residual(let count) = $0 { count } else { nil } }
    let shown = target.states(
      tokens: inputs.tokens, positions: inputs.positions,
      .packed(batch: 1, length: rows, firstKey: inputs.firstKey), entering: taps, in: &g)
    var residuals = shown.entering[...]
    states = wanted.map { $0 == .final ? shown.final : residuals.removeFirst() }
    executor = Executor(Plan(g, outputs: states, training: false, on: backend), on: backend)
    width = target.configuration.hiddenSize
    (self.target, self.inputs, rowCount) = (target, inputs, rows)
    values = states.map { [Float](repeating: 0, count: $0.shape.count) }
  }

  private func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// How many documents of these lengths, the first ones, fit into a pass.
  package func documentCount(fitting lengths: some Sequence<Int>) -> Int {
    var (count, row) = (0, 0)
    for length in lengths {
      guard row + length <= rowCount else { break }
      count += 1
      row += aligned(length)
    }
    return count
  }

  /// Reads documents that fit into one pass, and hands each its states: an array for each state, [tokens, width].
  package func read(
    _ documents: [[Int32]], _ body: (_ document: Int, _ states: [ArraySlice<Float>]) throws -> Void
  ) rethrows {
    var tokens = [Int32](repeating: 0, count: rowCount)
    var positions = tokens
    // A row of padding sees itself alone.
    var firstKey = (0..<Int32(rowCount)).map { $0 }
    var starts: [Int] = []
    var row = 0
    for document in documents {
      precondition(row + document.count <= rowCount, "documents for more than \(rowCount) rows")
      for (index, token) in document.enumerated() {
        tokens[row + index] = token
        positions[row + index] = Int32(index)
        firstKey[row + index] = Int32(row)
      }
      starts.append(row)
      row += aligned(document.count)
    }
    executor.write(tokens, to: inputs.tokens)
    executor.write(positions, to: inputs.positions)
    executor.write(firstKey, to: inputs.firstKey)
    executor.forward()
    for (index, state) in states.enumerated() { executor.read(state, into: &values[index]) }
    for (index, start) in starts.enumerated() {
      let place = start * width..<(start + documents[index].count) * width
      try body(index, values.map { $0[place] })
    }
  }
}
