package import Drafters
internal import FileSystem

/// Speculative decoding with a chain: the drafter writes up to γ tokens, the target reads them in one call, and
/// the rule keeps as many as the target would have written itself, plus one token of the target's own.
///
/// With a rule that ends chains early they have up to γ tokens. Greedy text equals the target's own greedy text; sampled text follows the target's own law. Several prompts
/// are decoded side by side, each at its own position. The prefill gives a line its first new token and is no
/// cycle.
package struct SpeculativeDecoder<Target: SequenceModel, Drafter: SequenceModel>: SpeculativeDecoding {
  private let target: Target
  private let drafter: Drafter
  private let draftLength: Int
  private let stop: AdaptiveChain?
  private let predictor: AcceptancePredictor?
  private let seed: UInt64
  private let endTokens: [Int32]

  /// A decoder.
  ///
  /// - Parameters:
  ///   - target: decides what is written; its cache is overwritten.
  ///   - drafter: proposes; shares the target's vocabulary; its cache is overwritten.
  ///   - draftLength: γ ≥ 1, tokens drafted per cycle.
  ///   - stop: ends chains of up to γ tokens early; nil: none.
  ///   - predictor: for rules that ask how likely tokens are accepted; the drafter shows its states then.
  ///   - seed: the run's seed.
  ///   - endTokens: tokens that end a text; empty to go on to the limit.
  /// - Throws: `InputError` (usage) where the vocabularies differ in size or γ < 1.
  package init(
    target: Target, drafter: Drafter, draftLength: Int, stop: AdaptiveChain? = nil,
    predictor: AcceptancePredictor? = nil, seed: UInt64, endTokens: [Int32]
  ) throws {
    guard target.vocabularySize == drafter.vocabularySize else {
      throw InputError(
        .usage, key: "drafter", found: "a vocabulary of \(drafter.vocabularySize) tokens",
        expected: "the target's \(target.vocabularySize)",
        remedy: "Train the drafter with the target's tokenizer.")
    }
    guard draftLength >= 1, draftLength < target.rowLimit else {
      throw InputError(
        .usage, key: "draft_length", found: "\(draftLength)",
        expected: "a whole number from 1 to \(target.rowLimit - 1)")
    }
    self.target = target
    self.drafter = drafter
    precondition(stop?.needsPredictions != true || predictor != nil, "a rule without its predictions")
    (self.draftLength, self.stop, self.predictor) = (draftLength, stop, predictor)
    self.seed = seed
    self.endTokens = endTokens
  }

  package func run(
    _ requests: [DecodingRequest], maximumLines: Int?, recording: RunRecording
  ) throws -> SpeculativeOutcome {
    let rowsPerLine = draftLength + 1
    let lineCount = max(
      1,
      min(
        maximumLines ?? .max, target.lineCount, drafter.lineCount, target.rowLimit / rowsPerLine,
        drafter.rowLimit / 2))
    var queue = try DecodingQueue(
      requests, lineCount: lineCount, capacity: target.capacity, vocabularySize: target.vocabularySize)
    var recorder = RunRecorder(recording, requests)
    var drafting = ChainDrafting(
      drafter, lineCount: lineCount, draftLength: draftLength, stop: stop, predictor: predictor, seed: seed,
      sampled: requests.contains { !$0.sampling.isGreedy })
    var scoring = ChainScoring(target, draftLength: draftLength, seed: seed)
    let completions = try queue.run { queue in
      try prefill(&queue, &drafting, &scoring)
    } cycle: { queue in
      try cycle(&queue, &drafting, &scoring, &recorder)
    }
    return recorder.outcome(completions)
  }

  /// Gives new lines their first token.
  private func prefill(
    _ queue: inout DecodingQueue, _ drafting: inout ChainDrafting<Drafter>,
    _ scoring: inout ChainScoring<Target>
  ) throws {
    let fresh = queue.active.indices.filter { queue.active[$0].newTokenCount == 0 }
    if fresh.isEmpty { return }
    let lines = fresh.map { queue.active[$0] }
    try drafting.prefill(lines)
    for (index, token) in zip(fresh, try scoring.prefill(lines)) {
      queue.active[index].append(token, endTokens: endTokens)
    }
  }

  /// One cycle on every active line.
  private func cycle(
    _ queue: inout DecodingQueue, _ drafting: inout ChainDrafting<Drafter>,
    _ scoring: inout ChainScoring<Target>, _ recorder: inout RunRecorder
  ) throws {
    let limits = queue.active.map { drafting.length(on: $0) }
    let lengths = try drafting.draft(queue.active, limits: limits)
    try scoring.score(
      queue.active, chains: drafting.tokens, lengths: lengths, stride: draftLength)
    for index in queue.active.indices {
      let line = queue.active[index]
      let first = index * draftLength
      let chain = drafting.tokens[first..<first + lengths[index]]
      let verdict = scoring.verdict(
        line, index: index, chain: chain, draftRows: drafting.rows, draftRow: first)
      let emitted = queue.active[index].append(
        accepted: chain.prefix(verdict.acceptedCount), then: verdict.token, endTokens: endTokens)
      drafting.settle(
        line, tokenCount: line.tokens.count, drafted: lengths[index], accepted: verdict.acceptedCount)
      recorder.record(
        VerificationCycle(
          drafted: lengths[index], accepted: verdict.acceptedCount, emitted: emitted,
          isCut: limits[index] < draftLength || emitted <= verdict.acceptedCount),
        of: line, tree: .chain([line.tokens[line.tokens.count - 1]] + chain),
        TreeVerdict(acceptedNodes: Array(1..<verdict.acceptedCount + 1), token: verdict.token)
      ) { node in
        (scoring.rows.distribution(node), drafting.rows.distribution(first + node))
      }
    }
  }
}
