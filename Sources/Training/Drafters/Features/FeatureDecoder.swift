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

  package let drafter: any RecurrentDrafter
  /// Number of cache lines.
  package let lineCount: Int
  /// Places per line.
  package let capacity: Int
  /// Whether what the head reads is shown, see `output(of:)`.
  private let showsOutputs: Bool
  private let cache: KeyValueCache
  private let backend: any Backend
  /// Passes run one at a time, and what they give is copied out.
  private let memory: ActivationMemory
  private var passes: [PassSize: Pass] = [:]
  private var states: [Float] = []
  private var logProbabilities: [Float] = []
  private var shownOutputs: [Float] = []

  private struct PassSize: Hashable {
    let rows: Int
    let outputs: Int
    let source: Source
    /// Most ancestors of a row, 0 where there is no tree.
    let ancestors: Int
  }

  private struct Pass {
    let executor: Executor
    let given: Tensor
    let tokens: Tensor
    let rows: CachedRowInputs
    let picked: Tensor
    let states: Tensor
    let logProbabilities: Tensor
    /// Nil where it is not shown.
    let output: Tensor?
  }

  /// Takes the cache's memory.
  ///
  /// - Parameter showsOutputs: whether what the head reads can be asked for.
  package init(
    _ drafter: any RecurrentDrafter, on backend: any Backend, lines: Int, capacity: Int,
    showingOutputs showsOutputs: Bool = false
  ) {
    self.drafter = drafter
    self.backend = backend
    self.showsOutputs = showsOutputs
    lineCount = lines
    self.capacity = capacity
    memory = ActivationMemory(on: backend)
    cache = drafter.makeCache(lines: lines, capacity: capacity)
  }

  /// The most rows that one call should carry.
  package var rowLimit: Int { max(512, lineCount) }

  /// Plans a pass and takes its memory now instead of when it is needed.
  ///
  /// - Parameter ancestors: of a row of a tree at most, itself included; 0 where there is no tree.
  package func prepare(rows: Int, outputs: Int, from source: Source, ancestors: Int = 0) {
    _ = pass(
      PassSize(
        rows: CachedDecoder.rounded(rows), outputs: CachedDecoder.rounded(outputs), source: source,
        ancestors: ancestors == 0 ? 0 : CachedDecoder.rounded(ancestors)))
  }

  /// Numbers in a row's state.
  package func stateSize(of source: Source) -> Int {
    source == .target ? max(1, drafter.tappedLayers.count) * drafter.stateSize : drafter.stateSize
  }

  /// Rows of the head.
  package var headRowCount: Int { drafter.head.shape.rows }

  /// Runs rows, and keeps until the next call their states and the log-probabilities of some of them.
  ///
  /// - Parameter outputs: the rows whose log-probabilities are wanted, in the order in which they are read.
  package func forward(_ rows: FeatureRows, from source: Source, outputs: [Int]) {
    let size = PassSize(
      rows: CachedDecoder.rounded(rows.tokens.count), outputs: CachedDecoder.rounded(outputs.count),
      source: source, ancestors: rows.tree?.width ?? 0)
    let pass = pass(size)
    let missing = size.rows * stateSize(of: source) - rows.states.count
    pass.executor.write(rows.states + [Float](repeating: 0, count: missing), to: pass.given)
    pass.executor.write(rows.tokens.padded(to: size.rows, with: 0), to: pass.tokens)
    pass.rows.write(
      sequences: rows.sequences, positions: rows.positions, tree: rows.tree, to: pass.executor)
    pass.executor.write(outputs.map(Int32.init).padded(to: size.outputs, with: 0), to: pass.picked)
    pass.executor.forward()
    read(pass.states, of: pass, into: &states)
    read(pass.logProbabilities, of: pass, into: &logProbabilities)
    if let output = pass.output { read(output, of: pass, into: &shownOutputs) }
  }

  private func read(_ tensor: Tensor, of pass: Pass, into values: inout [Float]) {
    if values.count != tensor.shape.count { values = [Float](repeating: 0, count: tensor.shape.count) }
    pass.executor.read(tensor, into: &values)
  }

  /// What row `index` of the last call gave out as the state of the row after it, [hidden].
  package func state(of index: Int) -> ArraySlice<Float> {
    states[index * drafter.stateSize..<(index + 1) * drafter.stateSize]
  }

  /// What the head reads at row `index` of the last call, [hidden]. Traps where it is not shown.
  package func output(of index: Int) -> ArraySlice<Float> {
    let width = drafter.head.shape.columns
    return shownOutputs[index * width..<(index + 1) * width]
  }

  /// Log-probabilities of the head's rows at output `index` of the last call, at a temperature of 1.
  package func logProbabilities(of index: Int) -> ArraySlice<Float> {
    logProbabilities[index * headRowCount..<(index + 1) * headRowCount]
  }

  private func pass(_ size: PassSize) -> Pass {
    if let pass = passes[size] { return pass }
    var g = Graph()
    let given = g.input([size.rows, stateSize(of: size.source)])
    let tokens = g.input([size.rows], .int32)
    let rows = CachedRowInputs(rows: size.rows, ancestors: size.ancestors, in: &g)
    let picked = g.input([size.outputs], .int32)
    let entered = size.source == .target ? drafter.states(read: given, in: &g) : given
    let made = drafter.pass(
      states: entered, tokens: tokens, positions: rows.positions, rows.context(cache), in: &g)
    let logProbabilities = g.logSoftmax(
      g.linear(g.embedding(made.output, ids: picked), g.parameter(drafter.head)))
    let shown = showsOutputs ? [made.output] : []
    let plan = Plan(
      g, outputs: [made.states, logProbabilities] + shown, training: false, in: memory, on: backend)
    let pass = Pass(
      executor: Executor(plan, on: backend, in: memory), given: given, tokens: tokens, rows: rows,
      picked: picked, states: made.states, logProbabilities: logProbabilities, output: shown.first)
    passes[size] = pass
    return pass
  }
}
