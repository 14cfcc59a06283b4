/// The figures of one set of prompts, ready to be printed or encoded.
package struct EvaluationFigures: Sendable, Hashable, Encodable {
  /// Acceptance, counts and per-depth shares.
  package let metrics: AcceptanceMetrics
  /// The interval of tau.
  package let tauInterval: ConfidenceInterval?
  /// The interval of the acceptance rate.
  package let acceptanceRateInterval: ConfidenceInterval?
  /// tau / (c · calls of the drafter in a cycle + 1), where c is known.
  package let memoryBoundSpeedUp: Double?

  /// Computes the figures of a log.
  ///
  /// - Parameters:
  ///   - drafterCalls: in a cycle; nil: as many as it drafted tokens, on the average.
  ///   - byteRatio: c, bytes of the drafter's weights / the target's, or nil where the drafter has none to read.
  package init(_ log: AcceptanceLog, drafterCalls: Int?, byteRatio: Double?, bootstrap: Bootstrap) {
    metrics = AcceptanceMetrics(log)
    tauInterval = bootstrap.tau(log)
    acceptanceRateInterval = bootstrap.acceptanceRate(log)
    let calls = drafterCalls.map(Double.init) ?? metrics.meanDraftLength
    memoryBoundSpeedUp = byteRatio.flatMap { [metrics] ratio in
      calls.flatMap { metrics.memoryBoundSpeedUp(byteRatio: ratio, drafterCalls: $0) }
    }
  }

  enum Key: String, CodingKey {
    case tau, cycles, tokens, mbsu, prompts
    case tauMacro = "tau_macro"
    case tauInterval = "tau_interval"
    case acceptanceRate = "acceptance_rate"
    case acceptanceRateInterval = "acceptance_rate_interval"
    case perDepth = "per_depth"
    case blockEfficiency = "block_efficiency"
    case cutCycles = "cut_cycles"
    case verifiedNodes = "verified_nodes"
    case meanDraftLength = "mean_draft_length"
    case discardRate = "discard_rate"
    case verificationRate = "verification_rate"
  }

  /// Encodes every figure; one that does not exist becomes null, so that no key is ever missing.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(metrics.tau, forKey: .tau)
    try object.encode(tauInterval.map { [$0.lower, $0.upper] }, forKey: .tauInterval)
    try object.encode(metrics.tauMacro, forKey: .tauMacro)
    try object.encode(metrics.acceptanceRate, forKey: .acceptanceRate)
    try object.encode(
      acceptanceRateInterval.map { [$0.lower, $0.upper] }, forKey: .acceptanceRateInterval)
    try object.encode(metrics.perDepth, forKey: .perDepth)
    try object.encode(metrics.blockEfficiency, forKey: .blockEfficiency)
    try object.encode(memoryBoundSpeedUp, forKey: .mbsu)
    try object.encode(metrics.verifiedNodes, forKey: .verifiedNodes)
    try object.encode(metrics.meanDraftLength, forKey: .meanDraftLength)
    try object.encode(metrics.discardRate, forKey: .discardRate)
    try object.encode(metrics.verificationRate, forKey: .verificationRate)
    try object.encode(metrics.cycles, forKey: .cycles)
    try object.encode(metrics.tokens, forKey: .tokens)
    try object.encode(metrics.cutCycles, forKey: .cutCycles)
    try object.encode(metrics.promptCount, forKey: .prompts)
  }
}
