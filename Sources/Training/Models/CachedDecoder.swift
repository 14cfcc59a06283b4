package import Autodiff

/// Cached decoding of a model over a number of independent cache lines.
///
/// Rows are (token, cache line, position). They are written into their line and attend to everything before them
/// in it; positions that are written again replace what was there, so that rolling back costs nothing. Plans are
/// made once per row count, rounded up so that there are few of them; the rows that are too many are padding.
package final class CachedDecoder {
  package let model: LanguageModel
  /// Number of cache lines.
  package let lineCount: Int
  /// Positions per line.
  package let capacity: Int
  private let cache: KeyValueCache
  private let backend: any Backend
  /// Passes run one at a time, and their logits are copied out.
  private let memory: ActivationMemory
  private var passes: [PassSize: Pass] = [:]
  /// The pass that ran last; what is asked of its logits is computed or copied when it is asked for.
  private var last: Pass?
  /// As the head gives them, [outputs, head rows].
  private var logits: [Float] = []
  /// One row over the whole vocabulary, where the head has fewer: what it cannot propose stays at -infinity.
  private var spread: [Float] = []
  private var hasLogits = false
  private var best: [Int32] = []
  private var hasBest = false
  /// Which states are shown, see `LanguageModel.states`: none, what the head reads where there are no layers, or the
  /// residual stream as it enters some.
  private let taps: [Int]?
  /// Whether logits are shown as log-probabilities.
  package let isNormalizing: Bool
  private var features: [Float] = []
  private var hasFeatures = false

  private struct PassSize: Hashable {
    let rows: Int
    let outputs: Int
    /// Most ancestors of a row, 0 where there are no trees.
    var ancestors = 0
  }

  private struct Pass {
    let executor: Executor
    let tokens: Tensor
    let rows: CachedRowInputs
    let picked: Tensor
    let logits: Tensor
    let features: Tensor?
  }

  /// Takes the cache's memory.
  ///
  /// - Parameters:
  ///   - taps: which states `features` shows: the residual stream as it enters these layers, or what the head reads if
  ///     there are none; nil where nobody asks.
  ///   - isNormalizing: whether logits are shown less the logarithm of their exponentials' sum.
  package init(
    _ model: LanguageModel, on backend: any Backend, lines: Int, capacity: Int, showing taps: [Int]? = nil,
    normalizing isNormalizing: Bool = false
  ) {
    precondition(
      capacity <= model.rotary.positionCount,
      "a cache of \(capacity) positions needs more than the model's \(model.rotary.positionCount)")
    self.model = model
    self.taps = taps
    self.isNormalizing = isNormalizing
    self.backend = backend
    lineCount = lines
    self.capacity = capacity
    memory = ActivationMemory(on: backend)
    cache = model.makeCache(lines: lines, capacity: capacity)
  }

  /// Plans a pass of `rows` rows, of which `outputs` are read, and takes its memory now instead of when it is needed.
  ///
  /// - Parameter ancestors: of a row of a tree at most, itself included; 0 where there is no tree.
  package func prepare(rows: Int, outputs: Int, ancestors: Int = 0) {
    _ = pass(
      PassSize(
        rows: Self.rounded(rows), outputs: Self.rounded(outputs),
        ancestors: ancestors == 0 ? 0 : Self.rounded(ancestors)))
  }

  /// Tokens that are read, and entries per row of logits.
  package var vocabularySize: Int { model.configuration.vocabularySize }

  /// Runs new rows and keeps the logits of some of them.
  ///
  /// - Parameters:
  ///   - tokens, sequences, positions: one entry per row.
  ///   - outputs: the rows whose logits are wanted, in the order in which they are read.
  ///   - tree: where rows are kept and what they see, where that is not their line up to their position.
  package func forward(
    tokens: [Int32], sequences: [Int32], positions: [Int32], outputs: [Int], tree: TreePlaces?
  ) {
    precondition(tokens.count == sequences.count && tokens.count == positions.count, "one entry per row")
    let size = PassSize(
      rows: Self.rounded(tokens.count), outputs: Self.rounded(outputs.count),
      ancestors: tree?.width ?? 0)
    let pass = pass(size)
    pass.executor.write(tokens.padded(to: size.rows, with: 0), to: pass.tokens)
    pass.rows.write(sequences: sequences, positions: positions, tree: tree, to: pass.executor)
    pass.executor.write(outputs.map(Int32.init).padded(to: size.outputs, with: 0), to: pass.picked)
    pass.executor.forward()
    last = pass
    (hasLogits, hasBest, hasFeatures) = (false, false, false)
  }

  /// Runs new rows that see their line up to their position, and keeps the logits of some of them.
  package func forward(tokens: [Int32], sequences: [Int32], positions: [Int32], outputs: [Int]) {
    forward(tokens: tokens, sequences: sequences, positions: positions, outputs: outputs, tree: nil)
  }

  /// The states of row `index` of the last forward pass, those of several layers side by side.
  package func features(of index: Int) -> ArraySlice<Float> {
    guard let last, let tensor = last.features else { preconditionFailure("this decoder shows no states") }
    if !hasFeatures {
      if features.count != tensor.shape.count { features = [Float](repeating: 0, count: tensor.shape.count) }
      last.executor.read(tensor, into: &features)
      hasFeatures = true
    }
    let width = tensor.shape.columns
    return features[index * width..<(index + 1) * width]
  }

  /// Makes what was read at some places of a line stand at others, in this order: the accepted nodes of a tree behind
  /// the text that they continue.
  package func move(_ copies: [CacheCopy]) { cache.copy(copies) }

  /// The logits of output `index` of the last forward pass, of the whole vocabulary: -infinity for tokens that the
  /// head has no row for.
  package func withLogits<Result>(of index: Int, _ body: (ArraySlice<Float>) -> Result) -> Result {
    if !hasLogits {
      guard let last else { preconditionFailure("logits are asked for before the first pass") }
      let count = last.logits.shape.count
      if logits.count != count { logits = [Float](repeating: 0, count: count) }
      last.executor.read(last.logits, into: &logits)
      hasLogits = true
    }
    let rows = model.configuration.headRowCount
    let own = logits[index * rows..<(index + 1) * rows]
    guard let vocabulary = model.configuration.draftVocabulary else { return body(own) }
    if spread.isEmpty { spread = [Float](repeating: -.infinity, count: vocabularySize) }
    for (id, logit) in zip(vocabulary.targetIDs, own) { spread[Int(id)] = logit }
    return body(spread[...])
  }

  /// The first of the most likely tokens of output `index` of the last forward pass.
  package func bestToken(of index: Int) -> Int32 {
    if !hasBest {
      best = chooseTokens(temperatures: [], uniforms: [])
      hasBest = true
    }
    return best[index]
  }

  /// A token for each output of the last forward pass, see `SamplingBackend.chooseTokens`; outputs for which no
  /// temperature is given are greedy.
  package func chooseTokens(temperatures: [Float], uniforms: [Double]) -> [Int32] {
    guard let last else { preconditionFailure("tokens are asked for before the first pass") }
    let rows = last.logits.shape.rows
    let missing = rows - temperatures.count
    var tokens = [Int32](repeating: 0, count: rows)
    backend.chooseTokens(
      last.executor.slot(of: last.logits),
      temperatures: temperatures + [Float](repeating: 0, count: missing),
      uniforms: uniforms + [Double](repeating: 0, count: missing), into: &tokens,
      vocabulary: model.configuration.headRowCount)
    guard let vocabulary = model.configuration.draftVocabulary else { return tokens }
    return tokens.map { vocabulary.targetIDs[Int($0)] }
  }

  /// Row counts are rounded up to 1, 2, 3, 4, 5, 6, 7, 8, then to a multiple of an eighth of the next power of two.
  package static func rounded(_ count: Int) -> Int {
    guard count > 8 else { return max(count, 1) }
    let power = Int.bitWidth - (count - 1).leadingZeroBitCount
    let step = max(1, (1 << power) / 8)
    return (count + step - 1) / step * step
  }

  private func pass(_ size: PassSize) -> Pass {
    if let pass = passes[size] { return pass }
    var g = Graph()
    let tokens = g.input([size.rows], .int32)
    let rows = CachedRowInputs(rows: size.rows, ancestors: size.ancestors, in: &g)
    let picked = g.input([size.outputs], .int32)
    let states = model.states(
      tokens: tokens, positions: rows.positions, rows.context(cache), entering: taps ?? [], in: &g)
    let raw = g.linear(g.embedding(states.final, ids: picked), g.parameter(model.head))
    let logits = isNormalizing ? g.logSoftmax(raw) : raw
    let features = taps.map { $0.isEmpty ? states.final : g.concatenateColumns(states.entering) }
    let plan = Plan(
      g, outputs: [logits] + (features.map { [$0] } ?? []), training: false, in: memory, on: backend)
    let pass = Pass(
      executor: Executor(plan, on: backend, in: memory), tokens: tokens, rows: rows,
      picked: picked, logits: logits, features: features)
    passes[size] = pass
    return pass
  }
}
