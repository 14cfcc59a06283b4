import Evaluation
import Testing

@Suite struct AcceptanceMetricsTests {
  /// Prompt 0: 4, 0, 2 of 4; prompt 1: 1 of 4.
  private let log = LogFactory.log(accepted: [[4, 0, 2], [1]], drafted: 4, domains: ["a", "b"])

  @Test func microAndMacroAveragesAreWhatTheirDefinitionsSay() {
    let metrics = AcceptanceMetrics(log)
    #expect(metrics.tau == 2.75)
    #expect(metrics.tauMacro == 2.5)
    #expect(metrics.acceptanceRate == 0.4375)
    #expect(metrics.blockEfficiency == metrics.tau)
    #expect(metrics.cycles == 4 && metrics.tokens == 11 && metrics.drafted == 16 && metrics.accepted == 7)
  }

  @Test func depthsAreConditionalOnAllBefore() {
    // Depth 1 is reached by all four cycles and accepted in three, depth 2 by three and accepted in two, …
    let expected: [Double?] = [0.75, 2.0 / 3.0, 0.5, 1]
    #expect(AcceptanceMetrics(log).perDepth == expected)
    let failing = LogFactory.log(accepted: [[0, 0]], drafted: 2)
    #expect(AcceptanceMetrics(failing).perDepth == [0, nil])
  }

  @Test func cutCyclesAreLeftOutOfEverything() {
    var cut = log
    cut.record(VerificationCycle(drafted: 4, accepted: 4, emitted: 2, isCut: true), prompt: 0)
    cut.record(VerificationCycle(drafted: 2, accepted: 0, emitted: 1, isCut: true), prompt: 1)
    let (a, b) = (AcceptanceMetrics(log), AcceptanceMetrics(cut))
    #expect(b.cutCycles == 2 && a.cutCycles == 0)
    #expect(a.tau == b.tau && a.tauMacro == b.tauMacro && a.perDepth == b.perDepth)
    #expect(a.acceptanceRate == b.acceptanceRate && a.tokens == b.tokens && a.cycles == b.cycles)
  }

  @Test func aLogWithoutCyclesHasNoFigures() {
    let metrics = AcceptanceMetrics(AcceptanceLog(domains: [nil, nil]))
    #expect(metrics.tau == nil && metrics.tauMacro == nil && metrics.acceptanceRate == nil)
    #expect(metrics.perDepth.isEmpty && metrics.memoryBoundSpeedUp(byteRatio: 0.1, drafterCalls: 4) == nil)
  }

  @Test func domainsAreMeasuredApart() {
    #expect(log.domains == ["a", "b"])
    #expect(AcceptanceMetrics(log.restricted(to: "a")).tau == 3)
    #expect(AcceptanceMetrics(log.restricted(to: "b")).tau == 2)
    #expect(log.restricted(to: "c").prompts.isEmpty)
  }

  /// FastDraft, Llama-3.1 150M on code: acceptance .649 at γ = 3, c = .15 / 8.03, gives 2.79.
  @Test func memoryBoundSpeedUpMatchesAPublishedExample() throws {
    let log = LogFactory.log(
      accepted: [(0..<1000).map { $0 < 947 ? 2 : 1 }], drafted: 3)
    let metrics = AcceptanceMetrics(log)
    #expect(abs((metrics.acceptanceRate ?? 0) - 0.649) < 1e-9)
    let speedUp = try #require(metrics.memoryBoundSpeedUp(byteRatio: 0.15 / 8.03, drafterCalls: 3))
    #expect(abs(speedUp - 2.79) < 0.005)
  }
}
