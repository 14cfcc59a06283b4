package import Autodiff
internal import Models

/// Cached decoding of a drafter that reads hidden states, over a number of independent cache lines.
///
/// As with `CachedDecoder`, places that are written again replace what was there, and plans are made once per row count.
package final class FeatureDecoder {
  /// Whose states the rows read.
  package enum Source: Sendable, Hashable {
    /// The target's: for each row what `LanguageModel.states` shows of it, tapped layers side by side.
    case target
    /// The drafter's own, given out by an earlier row.
    case drafter
  }

  package let drafter: any FeatureDrafter
  /// Number of cache lines.
  package let lineCount: Int
  /// Places per line.
  package let capacity: Int
  private let cache: KeyValueCache
  private let backend: any Backend
  /// Passes run one at a time, and what they give is copied out.
  private let memory: ActivationMemory
  private var passes: [PassSize: Pass] = [:]
  private var states: [Float] = []
  private var logProbabilities: [Float] = []

  private struct PassSize: Hashable {
    let rows: Int
    let source: Source
    /// Most ancestors of a row, 0 where there is no tree.
    let ancestors: Int
  }

  private struct Pass {
    let executor: Executor
    let rows: (states: Tensor, tokens: Tensor, sequences: Tensor, positions: Tensor, slots: Tensor)
    let tree: CachedTree<Tensor>?
    let states: Tensor
    let logProbabilities: Tensor
  }

  /// Takes the cache's memory.
  package init(_ drafter: any FeatureDrafter, on backend: any Backend, lines: Int, capacity: Int) {
    self.drafter = drafter
    self.backend = backend
    lineCount = lines
    self.capacity = capacity
    memory = ActivationMemory(on: backend)
    cache = drafter.makeCache(lines: lines, capacity: capacity)
  }

  /// Numbers in a row's state.
  package func stateSize(of source: Source) -> Int {
    source == .target ? max(1, drafter.tappedLayers.count) * drafter.stateSize : drafter.stateSize
  }

  /// Rows of the head.
  package var headRowCount: Int { drafter.head.shape.rows }

  /// Runs rows, and keeps their states and log-probabilities until the next call.
  package func forward(_ rows: FeatureRows, from source: Source) {
    let count = rows.tokens.count
    let size = PassSize(
      rows: CachedDecoder.rounded(count), source: source,
      ancestors: rows.tree.map { CachedDecoder.rounded($0.width) } ?? 0)
    let pass = pass(size)
    func padded(_ values: [Int32], _ filler: Int32) -> [Int32] {
      values + [Int32](repeating: filler, count: size.rows - values.count)
    }
    let missing = size.rows * stateSize(of: source) - rows.states.count
    pass.executor.write(rows.states + [Float](repeating: 0, count: missing), to: pass.rows.states)
    pass.executor.write(padded(rows.tokens, 0), to: pass.rows.tokens)
    pass.executor.write(padded(rows.sequences, -1), to: pass.rows.sequences)
    pass.executor.write(padded(rows.positions, 0), to: pass.rows.positions)
    pass.executor.write(padded(rows.tree?.slots ?? rows.positions, 0), to: pass.rows.slots)
    if let tree = rows.tree, let places = pass.tree {
      pass.executor.write(padded(tree.prefixEnd, 0), to: places.prefixEnd)
      let ancestors = tree.ancestors(rows: size.rows, width: size.ancestors)
      pass.executor.write(ancestors, to: places.ancestors)
    }
    pass.executor.forward()
    read(pass.states, of: pass, into: &states)
    read(pass.logProbabilities, of: pass, into: &logProbabilities)
  }

  private func read(_ tensor: Tensor, of pass: Pass, into values: inout [Float]) {
    if values.count != tensor.shape.count { values = [Float](repeating: 0, count: tensor.shape.count) }
    pass.executor.read(tensor, into: &values)
  }

  /// What row `index` of the last call gave out as the state of the row after it, [hidden].
  package func state(of index: Int) -> ArraySlice<Float> {
    states[index * drafter.stateSize..<(index + 1) * drafter.stateSize]
  }

  /// Log-probabilities of the head's rows at row `index` of the last call, at a temperature of 1.
  package func logProbabilities(of index: Int) -> ArraySlice<Float> {
    logProbabilities[index * headRowCount..<(index + 1) * headRowCount]
  }

  private func pass(_ size: PassSize) -> Pass {
    if let pass = passes[size] { return pass }
    var g = Graph()
    func integers() -> Tensor { g.input([size.rows], .int32) }
    let given = g.input([size.rows, stateSize(of: size.source)])
    let rows = (
      states: given, tokens: integers(), sequences: integers(), positions: integers(), slots: integers()
    )
    let tree =
      size.ancestors == 0
      ? nil
      : CachedTree(prefixEnd: integers(), ancestors: g.input([size.rows, size.ancestors], .int32))
    let context: AttentionContext =
      if let tree {
        .cachedTree(cache, sequences: rows.sequences, slots: rows.slots, tree)
      } else {
        .cached(cache, sequences: rows.sequences, slots: rows.slots)
      }
    let entered = size.source == .target ? drafter.states(read: given, in: &g) : given
    let made = drafter.pass(
      states: entered, tokens: rows.tokens, positions: rows.positions, context, in: &g)
    let logProbabilities = g.logSoftmax(g.linear(made.output, g.parameter(drafter.head)))
    let plan = Plan(
      g, outputs: [made.states, logProbabilities], training: false, in: memory, on: backend)
    let pass = Pass(
      executor: Executor(plan, on: backend, in: memory), rows: rows, tree: tree, states: made.states,
      logProbabilities: logProbabilities)
    passes[size] = pass
    return pass
  }
}
