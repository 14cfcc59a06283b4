internal import Autodiff
internal import DraftData
internal import Models
internal import Objectives

/// Draws what a drafter would have written in the places of a text, and asks the target how likely it accepts each.
final class DraftSampling {
  private let temperature: Double
  private let reader: Reader
  private let heads: (drafter: HeadRows, target: HeadRows)
  /// The plans know only where their weights lie.
  private let owners: [AnyObject]

  /// Logits exist for so many rows at a time.
  private static let chunkRows = 128

  /// Both models over a packed text.
  private struct Reader {
    let executor: Executor
    let tokens: Tensor
    let positions: Tensor
    let firstKey: Tensor
    let states: (drafter: Tensor, target: Tensor)
  }

  init(
    drafter: LanguageModel, target: LanguageModel, temperature: Double, batch: Int, length: Int,
    on backend: any Backend
  ) {
    self.temperature = temperature
    owners = [drafter, target]
    reader = Self.reader(drafter, target, batch: batch, length: length, on: backend)
    // Greedy choices are the likeliest tokens at any temperature.
    let warmth = temperature == 0 ? 1 : temperature
    heads = (
      HeadRows(drafter, rowLimit: Self.chunkRows, temperature: warmth, normalizing: true, on: backend),
      HeadRows(target, rowLimit: Self.chunkRows, temperature: warmth, normalizing: true, on: backend)
    )
  }

  var plannedBytes: Int {
    4 * reader.executor.plan.activationCount + heads.drafter.plannedBytes + heads.target.plannedBytes
  }

  private static func reader(
    _ drafter: LanguageModel, _ target: LanguageModel, batch: Int, length: Int, on backend: any Backend
  ) -> Reader {
    var g = Graph()
    let rows: Shape = [batch * length]
    let (tokens, positions, firstKey) = (g.input(rows, .int32), g.input(rows, .int32), g.input(rows, .int32))
    let states = [drafter, target].map {
      $0.hidden(
        tokens: tokens, positions: positions, .packed(batch: batch, length: length, firstKey: firstKey),
        in: &g)
    }
    let plan = Plan(g, outputs: states, training: false, on: backend)
    return Reader(
      executor: Executor(plan, on: backend), tokens: tokens, positions: positions, firstKey: firstKey,
      states: (states[0], states[1]))
  }

  /// Puts drafts into a text.
  ///
  /// - Parameter uniform: for a row in whose place a token may be drafted, the number in [0, 1) that draws it; nil keeps the
  ///   text's token.
  func labels(_ batch: Batch, uniform: (_ row: Int) -> Double?) -> AcceptanceLabels {
    reader.executor.write(batch.tokens, to: reader.tokens)
    reader.executor.write(batch.positions, to: reader.positions)
    reader.executor.write(batch.firstKey, to: reader.firstKey)
    reader.executor.forward()
    let states = (reader.executor.read(reader.states.drafter), reader.executor.read(reader.states.target))
    let drawn = batch.labels.indices.compactMap { row in
      continues(batch, behind: row) ? uniform(row + 1).map { (row: row, uniform: $0) } : nil
    }
    var labels = AcceptanceLabels(tokens: batch.tokens)
    for start in stride(from: 0, to: drawn.count, by: Self.chunkRows) {
      let chunk = drawn[start..<min(start + Self.chunkRows, drawn.count)]
      heads.drafter.read(Self.picked(chunk.map(\.row), of: states.0, reader.states.drafter))
      heads.target.read(Self.picked(chunk.map(\.row), of: states.1, reader.states.target))
      for (place, entry) in chunk.enumerated() {
        labels.draft(
          row: entry.row + 1, draft: heads.drafter[place], target: heads.target[place],
          isGreedy: temperature == 0, uniform: entry.uniform)
      }
    }
    return labels
  }

  /// Whether the token after a row's is in the loss, and the next row's: the last row of a sequence has a label, too.
  private func continues(_ batch: Batch, behind row: Int) -> Bool {
    batch.labels[row] >= 0 && (row + 1) % batch.sequenceLength != 0
      && batch.firstKey[row + 1] == batch.firstKey[row]
      && batch.positions[row + 1] == batch.positions[row] + 1
  }

  private static func picked(_ rows: [Int], of states: [Float], _ tensor: Tensor) -> [Float] {
    let width = tensor.shape.columns
    return rows.flatMap { states[$0 * width..<($0 + 1) * width] }
  }
}
