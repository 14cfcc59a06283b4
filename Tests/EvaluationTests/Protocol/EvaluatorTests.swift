import Evaluation
import FileSystem
import Foundation
import Testing

@Suite struct EvaluatorTests {
  private let prompts = (0..<10).map { index in
    EvaluationPrompt(
      tokens: (0..<30).map { Int32(($0 * index + 3) % 13) }, domain: index < 4 ? "math" : "stories")
  }

  private func report(_ measured: EvaluationProtocol, floor: NGramFloor? = nil) throws -> EvaluationReport {
    try Evaluator(protocol: measured).evaluate(
      target: HashModel(vocabularySize: 13, memory: 2), drafter: HashModel(vocabularySize: 13, memory: 1),
      prompts: prompts, endTokens: [], byteRatio: 0.1, floor: floor, clock: ContinuousClock())
  }

  private func object(_ report: EvaluationReport) throws -> [String: Any] {
    let data = try JSONEncoder().encode(report)
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func theReportHasEveryKeyThatScriptsRelyOn() throws {
    let measured = try EvaluationProtocol(promptTokens: 3, newTokens: 30, shape: .chain(2))
    let object = try object(report(measured))
    for key in [
      "tau", "acceptance_rate", "per_depth", "block_efficiency", "mbsu", "speedup", "cycles", "tokens",
      "greedy_equal", "domains", "tau_interval", "definitions", "protocol",
    ] { #expect(object[key] != nil && !(object[key] is NSNull), "\(key)") }
    let tau = try #require(object["tau"] as? Double)
    #expect(abs((object["mbsu"] as? Double ?? 0) - tau / 1.2) < 1e-12)
    #expect((object["per_depth"] as? [Double])?.count == 2)
    #expect(object["greedy_equal"] as? [String: Int] == ["equal": 10, "ties": 0, "different": 0])
    let domains = try #require(object["domains"] as? [String: [String: Any]])
    #expect(domains["math"]?["prompts"] as? Int == 4 && domains["stories"]?["prompts"] as? Int == 6)
    let cycles = domains.values.compactMap { $0["cycles"] as? Int }.reduce(0, +)
    #expect(cycles == object["cycles"] as? Int)
    let defined = try #require(object["definitions"] as? [String: String])
    #expect(Set(defined.keys).isSuperset(of: ["tau", "acceptance_rate", "per_depth", "mbsu", "speedup"]))
  }

  /// On the distributions of a sampled run: no rule is above its bound, the better ones above the weaker, and for one
  /// candidate all that draw it accept the overlap of p and q.
  @Test func rulesForSeveralCandidatesStandBesideTheirBounds() throws {
    let sampling = try SamplingSettings(temperature: 1)
    let measured = try EvaluationProtocol(
      promptTokens: 3, newTokens: 30, shape: .chain(2), sampling: sampling)
    func compare(_ count: Int, _ drafter: HashModel) throws -> CandidateReport {
      let report = try Evaluator(protocol: measured).evaluate(
        target: HashModel(vocabularySize: 13, memory: 2), drafter: drafter, prompts: prompts,
        endTokens: [], byteRatio: nil, candidates: count, clock: ContinuousClock())
      let cycles = report.log.prompts.flatMap(\.cycles)
      let candidates = try #require(report.candidates)
      #expect(
        candidates.judged
          == cycles.reduce(0) { $0 + min($1.drafted, $1.accepted + 1, $1.emitted) })
      return candidates
    }
    let other = HashModel(vocabularySize: 13, salt: 4, memory: 2)
    let one = try compare(1, other)
    #expect(one.positions == one.judged && one.judged > 150)
    let overlap = one.rules[0].acceptance
    #expect(overlap > 0.05 && overlap < 0.95)
    for rule in one.rules where rule.rule != "likeliest tokens" {
      // The one whose candidates are drawn is near it only.
      let tolerance = rule.rule.hasSuffix("without replacement") ? 0.02 : 1e-6
      #expect(abs(rule.acceptance - overlap) < tolerance, "\(rule.rule)")
    }
    let three = try compare(3, other).rules
    for rule in three where !rule.rule.hasSuffix("without replacement") {
      #expect(rule.acceptance <= (rule.bound ?? 1) + 1e-6, "\(rule.rule)")
    }
    #expect((three[2].bound ?? 0) >= (three[0].bound ?? 1))
    #expect(three[0].acceptance > overlap && three[1].acceptance > three[0].acceptance)
    // A drafter that is the target is always accepted.
    let same = try compare(2, HashModel(vocabularySize: 13, memory: 2)).rules
    #expect(abs(same[0].acceptance - 1) < 1e-9 && abs((same[2].bound ?? 0) - 1) < 1e-6)
    #expect(throws: InputError.self) {
      try Evaluator(protocol: try EvaluationProtocol()).evaluate(
        target: other, drafter: other, prompts: prompts, endTokens: [], byteRatio: nil, candidates: 2,
        clock: ContinuousClock())
    }
  }

  @Test func theFloorIsMeasuredOnTheSamePromptsAndComparedWithTheDrafter() throws {
    let measured = try EvaluationProtocol(promptTokens: 3, newTokens: 30, shape: .chain(2))
    let target = HashModel(vocabularySize: 13, memory: 2)
    let texts = (0..<13).map { start in target.greedyText(after: [3, start], count: 40) }
    let own = try report(measured, floor: try NGramFloor(order: 3, documents: texts))
    #expect(own.log == (try report(measured)).log)
    let object = try object(own)
    let floor = try #require(object["floor"] as? [String: Any])
    #expect(floor["order"] as? Int == 3 && floor["counted_tokens"] as? Int == 13 * 40)
    let taus = try (#require(object["tau"] as? Double), #require(floor["tau"] as? Double))
    #expect(taus.1 > taus.0, "counts of the target's own text against a model that sees one token")
    #expect(abs((floor["advantage"] as? Double ?? 9) - (taus.0 - taus.1)) < 1e-12)
    let interval = try #require(floor["advantage_interval"] as? [Double])
    #expect(interval[0] <= taus.0 - taus.1 && taus.0 - taus.1 <= interval[1] && interval[1] < 0)
    #expect((floor["per_depth"] as? [Double])?.count == 2)
    let domains = try #require(floor["domains"] as? [String: [String: Any]])
    #expect(domains["math"]?["prompts"] as? Int == 4 && domains["stories"]?["prompts"] as? Int == 6)
    #expect(throws: InputError.self) { try NGramFloor(order: 17, documents: texts) }
  }

  @Test func sampledTextsAreNotComparedAndMissingFiguresAreNull() throws {
    let measured = try EvaluationProtocol(
      promptCount: 3, promptTokens: 3, newTokens: 1, sampling: SamplingSettings(temperature: 0.6),
      timedPrompts: 0)
    let object = try object(report(measured))
    for key in ["greedy_equal", "speedup", "tau", "mbsu", "tau_interval", "floor"] {
      #expect(object[key] is NSNull, "\(key)")
    }
    #expect(object["cycles"] as? Int == 0)
  }

  @Test func theFixedProtocolIsTheDefault() throws {
    let measured = try EvaluationProtocol()
    #expect(
      measured.summary
        == "64 prompts × first 24 tokens, 160 new, draft length 4, greedy, seed 0")
    let requests = measured.requests(Array(repeating: prompts[1], count: 70))
    #expect(requests.count == 64)
    #expect(requests[5].prompt == Array(prompts[1].tokens.prefix(24)))
    #expect(requests[5].maximumNewTokens == 160 && requests[5].sequence == 5)
    #expect(
      try EvaluationProtocol(sampling: SamplingSettings(temperature: 0.6, topK: 5, topP: 0.9)).summary
        .contains("temperature 0.6, top-k 5, top-p 0.9"))
    #expect(throws: InputError.self) { try EvaluationProtocol(shape: .chain(0)) }
  }

  @Test func evaluatingDuringTrainingGivesTheSameCycles() throws {
    let measured = try EvaluationProtocol(promptTokens: 3, newTokens: 30, shape: .chain(2))
    let speculative = try SpeculativeDecoder(
      target: HashModel(vocabularySize: 13, memory: 2), drafter: HashModel(vocabularySize: 13, memory: 1),
      draftLength: 2, seed: 0, endTokens: [])
    let log = try Evaluator(protocol: measured).acceptance(speculative, prompts: prompts)
    #expect(log == (try report(measured)).log)
  }
}
