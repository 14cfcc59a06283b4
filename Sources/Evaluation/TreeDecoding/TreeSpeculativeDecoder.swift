internal import Autodiff
package import Drafters
package import FileSystem
package import Models

/// Speculative decoding with trees: the drafter grows one on every line, the target reads them all in one call, and the
/// rule keeps one path of each, plus one token of the target's own.
///
/// Greedy text equals the target's own greedy text; sampled text follows the target's own law, whether candidates are
/// chosen or drawn. A chain is a tree of one path. The prefill gives a line its first new token and is no cycle. In the
/// log, drafted tokens are the levels of a tree, so that entry i of the rates per depth is the share of cycles that stood
/// at level i + 1 among those that stood at level i.
///
/// Source: Li et al., "EAGLE", 2024, and "EAGLE-2", 2024; Miao et al., "SpecInfer", 2024.
package struct TreeSpeculativeDecoder: SpeculativeDecoding {
  private enum Drafter {
    case features(FeatureDecoder, AcceptancePredictor?)
    case model(CachedDecoder)
    case heads(MedusaDecoder)
  }

  private let target: CachedDecoder
  private let drafter: Drafter
  private let shape: DraftShape
  private let seed: UInt64
  private let endTokens: [Int32]
  /// Tokens of a line, beside which a tree has room.
  private let capacity: Int

  /// A decoder with a drafter that reads the target's states.
  ///
  /// - Parameters:
  ///   - target: shows the states that the drafter reads (`CachedDecoder.init(…, showing:)`); its cache is overwritten.
  ///   - drafter: its cache is overwritten.
  ///   - predictor: for chains that end where a rejection is expected; the drafter shows what its head reads then.
  ///   - seed: the run's seed.
  ///   - endTokens: tokens that end a text; empty to go on to the limit.
  /// - Throws: `InputError` (usage) for a tree that no cache line has room for.
  package init(
    target: CachedDecoder, drafter: FeatureDecoder, predictor: AcceptancePredictor? = nil, shape: DraftShape,
    seed: UInt64, endTokens: [Int32]
  ) throws(InputError) {
    try self.init(target, .features(drafter, predictor), drafter.capacity, shape, seed, endTokens)
  }

  /// A decoder with a drafter that is a language model of its own, with the target's vocabulary.
  ///
  /// - Parameter drafter: gives log-probabilities (`CachedDecoder.init(…, normalizing:)`); its cache is overwritten.
  /// - Throws: `InputError` (usage) for a tree that no cache line has room for.
  package init(
    target: CachedDecoder, drafter: CachedDecoder, shape: DraftShape, seed: UInt64, endTokens: [Int32]
  ) throws(InputError) {
    try self.init(target, .model(drafter), drafter.capacity, shape, seed, endTokens)
  }

  /// A decoder with Medusa heads.
  ///
  /// - Parameter target: shows the states that its head reads (`CachedDecoder.init(…, showing: [])`).
  /// - Throws: `InputError` (usage) for a tree that no cache line has room for, or of more levels than there are heads.
  package init(
    target: CachedDecoder, heads: MedusaDecoder, shape: DraftShape, seed: UInt64, endTokens: [Int32]
  ) throws(InputError) {
    let count = heads.drafter.heads.count
    guard shape.levels <= count else {
      throw InputError(
        .usage, key: "depth", found: "\(shape.levels) drafted levels",
        expected: "at most \(count): Medusa has a head for each")
    }
    try self.init(target, .heads(heads), target.capacity, shape, seed, endTokens)
  }

  private init(
    _ target: CachedDecoder, _ drafter: Drafter, _ drafterCapacity: Int, _ shape: DraftShape, _ seed: UInt64,
    _ endTokens: [Int32]
  ) throws(InputError) {
    capacity = min(target.capacity - shape.nodeCount, drafterCapacity - shape.drafterRows)
    guard capacity > 1, shape.nodeCount <= target.rowLimit else {
      throw InputError(
        .usage, key: "nodes", found: "a tree of \(shape.nodeCount) nodes, \(shape.drafterRows) drafted rows",
        expected: "room in caches of \(target.capacity) and \(drafterCapacity) positions")
    }
    (self.target, self.drafter, self.shape) = (target, drafter, shape)
    (self.seed, self.endTokens) = (seed, endTokens)
  }

  package func run(
    _ requests: [DecodingRequest], maximumLines: Int?, recording: RunRecording
  ) throws -> SpeculativeOutcome {
    switch drafter {
    case .features(let it, let predictor):
      try run(requests, maximumLines, recording, FeatureTreeRunner(it, predictor: predictor))
    case .model(let it): try run(requests, maximumLines, recording, ModelTreeRunner(it))
    case .heads(let it):
      try run(requests, maximumLines, recording, MedusaTreeRunner(it, capacity: target.capacity))
    }
  }

  private func run<Runner: TreeRunner>(
    _ requests: [DecodingRequest], _ maximumLines: Int?, _ recording: RunRecording, _ runner: Runner
  ) throws -> SpeculativeOutcome {
    let lineCount = max(
      1,
      min(maximumLines ?? .max, target.lineCount, runner.lineCount, target.rowLimit / shape.nodeCount))
    var queue = try DecodingQueue(
      requests, lineCount: lineCount, capacity: capacity, vocabularySize: target.vocabularySize)
    var recorder = RunRecorder(recording, requests)
    var drafting = TreeDrafting(
      runner, shape: shape, vocabularySize: target.vocabularySize, seed: seed,
      remembers: recording.places > 0)
    var scoring = TreeScoring(target, shape: shape, seed: seed)
    let completions = queue.run { queue in
      prefill(&queue, &drafting, &scoring)
    } cycle: { queue in
      cycle(&queue, &drafting, &scoring, &recorder)
    }
    return recorder.outcome(completions)
  }

  /// Gives new lines their first token.
  private func prefill<Runner: TreeRunner>(
    _ queue: inout DecodingQueue, _ drafting: inout TreeDrafting<Runner>, _ scoring: inout TreeScoring
  ) {
    for index in queue.active.indices where queue.active[index].newTokenCount == 0 {
      let line = queue.active[index]
      drafting.clear(line.cacheLine)
      let token = scoring.prefill(line, showingStates: drafting.runner.readsStates) {
        drafting.take($0, line: line.cacheLine)
      }
      queue.active[index].append(token, endTokens: endTokens)
    }
  }

  /// One cycle on every active line.
  private func cycle<Runner: TreeRunner>(
    _ queue: inout DecodingQueue, _ drafting: inout TreeDrafting<Runner>, _ scoring: inout TreeScoring,
    _ recorder: inout RunRecorder
  ) {
    let trees = drafting.draft(queue.active)
    scoring.score(queue.active, trees)
    for (index, drafted) in trees.enumerated() {
      let line = queue.active[index]
      let verdict = scoring.verdict(line, index: index, drafted)
      if drafting.runner.readsStates {
        scoring.states(verdict, index: index) { drafting.take($0, line: line.cacheLine) }
      }
      scoring.settle(verdict, line: line.cacheLine, root: line.tokens.count - 1)
      let emitted = queue.active[index].append(
        accepted: verdict.acceptedNodes.map { drafted.tree.tokens[$0] }, then: verdict.token,
        endTokens: endTokens)
      recorder.record(
        VerificationCycle(
          drafted: drafted.tree.maximumDepth, nodes: drafted.tree.count - 1, accepted: verdict.acceptedCount,
          emitted: emitted,
          isCut: line.room < shape.levels + 1 || emitted <= verdict.acceptedCount),
        of: line, tree: drafted.tree, verdict
      ) { node in
        (scoring.rows.distribution(node), drafting.distribution(after: node, of: drafted, line))
      }
    }
  }
}
