internal import Autodiff
package import Drafters
package import FileSystem
package import Models

/// Speculative decoding with a drafter that reads the target's states: it grows a tree, the target reads the tree in one
/// call, and the rule keeps one path of it, plus one token of the target's own.
///
/// Greedy text equals the target's own greedy text; sampled text follows the target's own law, for candidates are chosen
/// and not drawn. A chain is a tree of one path (`TreeSize.chain`). The prefill gives a line its first new token and is no
/// cycle. In the log, drafted tokens are the levels of a tree, so that entry i of the rates per depth is the share of
/// cycles that stood at level i + 1 among those that stood at level i.
///
/// Source: Li et al., "EAGLE", 2024, and "EAGLE-2", 2024.
package struct FeatureSpeculativeDecoder {
  private let target: CachedDecoder
  private let drafter: FeatureDecoder
  private let size: TreeSize
  private let seed: UInt64
  private let endTokens: [Int32]

  /// A decoder.
  ///
  /// - Parameters:
  ///   - target: shows the states that the drafter reads (`CachedDecoder.init(…, showing:)`); its cache is overwritten.
  ///   - drafter: its cache is overwritten.
  ///   - seed: the run's seed.
  ///   - endTokens: tokens that end a text; empty to go on to the limit.
  /// - Throws: `InputError` (usage) for a tree that no cache line has room for.
  package init(
    target: CachedDecoder, drafter: FeatureDecoder, size: TreeSize, seed: UInt64, endTokens: [Int32]
  ) throws(InputError) {
    let room = min(target.capacity - size.nodeCount, drafter.capacity - size.drafterRows)
    guard room > 1, size.nodeCount <= target.rowLimit else {
      throw InputError(
        .usage, key: "nodes", found: "a tree of \(size.nodeCount) nodes, \(size.drafterRows) drafted rows",
        expected: "room in caches of \(target.capacity) and \(drafter.capacity) positions")
    }
    self.target = target
    self.drafter = drafter
    self.size = size
    self.seed = seed
    self.endTokens = endTokens
  }

  /// Tokens of a line, beside which a tree has room.
  private var capacity: Int { min(target.capacity - size.nodeCount, drafter.capacity - size.drafterRows) }

  /// Continues every prompt.
  ///
  /// - Parameters:
  ///   - requests: any number; each prompt has 1 … `capacity` tokens.
  ///   - maximumLines: how many to decode at a time at most; nil for all lines that both models have.
  /// - Throws: `InputError` for a prompt that does not fit.
  package func run(_ requests: [DecodingRequest], maximumLines: Int? = nil) throws -> SpeculativeOutcome {
    let lineCount = max(
      1,
      min(maximumLines ?? .max, target.lineCount, drafter.lineCount, target.rowLimit / size.nodeCount))
    var queue = try DecodingQueue(
      requests, lineCount: lineCount, capacity: capacity, vocabularySize: target.vocabularySize)
    var log = AcceptanceLog(domains: requests.map(\.domain))
    var drafting = FeatureDrafting(drafter, size: size, lineCount: lineCount)
    var scoring = TreeScoring(target, nodeCount: size.nodeCount, seed: seed)
    let completions = queue.run { queue in
      prefill(&queue, &drafting, &scoring)
    } cycle: { queue in
      cycle(&queue, &drafting, &scoring, &log)
    }
    return SpeculativeOutcome(completions: completions, log: log)
  }

  /// Gives new lines their first token.
  private func prefill(
    _ queue: inout DecodingQueue, _ drafting: inout FeatureDrafting, _ scoring: inout TreeScoring
  ) {
    for index in queue.active.indices where queue.active[index].newTokenCount == 0 {
      let line = queue.active[index]
      drafting.clear(line.cacheLine)
      let token = scoring.prefill(line) { drafting.take($0, line: line.cacheLine) }
      queue.active[index].append(token, endTokens: endTokens)
    }
  }

  /// One cycle on every active line.
  private func cycle(
    _ queue: inout DecodingQueue, _ drafting: inout FeatureDrafting, _ scoring: inout TreeScoring,
    _ log: inout AcceptanceLog
  ) {
    let trees = drafting.draft(queue.active)
    scoring.score(queue.active, trees)
    for (index, tree) in trees.enumerated() {
      let line = queue.active[index]
      let verdict = scoring.verdict(line, index: index, tree)
      scoring.states(verdict, index: index) { drafting.take($0, line: line.cacheLine) }
      scoring.settle(verdict, line: line.cacheLine, root: line.tokens.count - 1)
      let emitted = queue.active[index].append(
        accepted: verdict.acceptedNodes.map { tree.tokens[$0] }, then: verdict.token, endTokens: endTokens)
      log.record(
        VerificationCycle(
          drafted: tree.maximumDepth, accepted: verdict.acceptedCount, emitted: emitted,
          isCut: line.room < size.levels + 1 || emitted <= verdict.acceptedCount),
        prompt: line.request)
    }
  }
}
