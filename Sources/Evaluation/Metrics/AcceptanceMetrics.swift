/// The acceptance figures of a log. Cut cycles are left out of every figure; see `AcceptanceDefinitions`.
/// A figure is nil where nothing was there to average.
package struct AcceptanceMetrics: Sendable, Hashable {
  /// Mean acceptance length: tokens / cycles = mean accepted + 1, over all cycles of all prompts (micro).
  package let tau: Double?
  /// Mean over the prompts of each prompt's own tau (macro); prompts without an uncut cycle do not count.
  package let tauMacro: Double?
  /// Accepted / drafted tokens.
  package let acceptanceRate: Double?
  /// Entry i: how often the drafted token i was accepted, given that it was drafted and all before it were
  /// accepted; nil where that never happened.
  package let perDepth: [Double?]
  /// Drafted tokens that a call of the target verified, mean.
  package let verifiedNodes: Double?
  /// Drafted tokens one after another in a cycle, mean: levels of a tree.
  package let meanDraftLength: Double?
  /// Verified tokens of the drafter that were not accepted / tokens.
  package let discardRate: Double?
  /// Calls of the target / tokens.
  package let verificationRate: Double?
  /// Uncut cycles.
  package let cycles: Int
  /// Tokens of the uncut cycles.
  package let tokens: Int
  /// Drafted tokens of the uncut cycles.
  package let drafted: Int
  /// Accepted tokens of the uncut cycles.
  package let accepted: Int
  /// Cycles left out because an end cut them.
  package let cutCycles: Int
  /// Prompts in the log.
  package let promptCount: Int

  /// Tokens per call of the target: the same number as `tau` under the name of the FastDraft tables.
  package var blockEfficiency: Double? { tau }

  /// Computes the figures of a log.
  package init(_ log: AcceptanceLog) {
    let totals = log.prompts.map { AcceptanceTotals($0) }
    let sum = totals.reduce(AcceptanceTotals(), +)
    tau = ratio(sum.tokens, sum.cycles)
    let own = totals.compactMap { ratio($0.tokens, $0.cycles) }
    tauMacro = own.isEmpty ? nil : own.reduce(0, +) / Double(own.count)
    acceptanceRate = ratio(sum.accepted, sum.drafted)
    perDepth = Self.perDepth(log)
    verifiedNodes = ratio(sum.nodes, sum.cycles)
    meanDraftLength = ratio(sum.drafted, sum.cycles)
    discardRate = ratio(sum.nodes - sum.accepted, sum.tokens)
    verificationRate = ratio(sum.cycles, sum.tokens)
    cycles = sum.cycles
    tokens = sum.tokens
    drafted = sum.drafted
    accepted = sum.accepted
    cutCycles = sum.cutCycles
    promptCount = log.prompts.count
  }

  /// Memory-bound speed-up: tau / (c · calls + 1), the speed-up where each call costs the bytes of its weights.
  ///
  /// - Parameters:
  ///   - byteRatio: c, the drafter's weights in bytes / the target's.
  ///   - drafterCalls: of a cycle: tokens drafted one after another.
  package func memoryBoundSpeedUp(byteRatio: Double, drafterCalls: Double) -> Double? {
    tau.map { $0 / (byteRatio * drafterCalls + 1) }
  }

  private static func perDepth(_ log: AcceptanceLog) -> [Double?] {
    var reached: [Int] = []
    var accepted: [Int] = []
    for prompt in log.prompts {
      for cycle in prompt.cycles where !cycle.isCut {
        while reached.count < cycle.drafted {
          reached.append(0)
          accepted.append(0)
        }
        for depth in 0..<min(cycle.drafted, cycle.accepted + 1) { reached[depth] += 1 }
        for depth in 0..<cycle.accepted { accepted[depth] += 1 }
      }
    }
    return zip(accepted, reached).map { ratio($0, $1) }
  }
}
