import Evaluation
import FileSystem
import Glibc
import Testing

/// Chains that end where the drafter has become unsure.
@Suite struct AdaptiveChainTests {
  private let target = HashModel(vocabularySize: 5, lineCount: 3, memory: 2)
  private let drafter = HashModel(vocabularySize: 5, lineCount: 3, memory: 1)

  private func run(_ stop: AdaptiveChain?, maximum: Int = 6) throws -> (SpeculativeOutcome, [DecodingRequest])
  {
    let requests = (0..<7).map {
      DecodingRequest(prompt: [Int32($0 % 5), 1], maximumNewTokens: 40, sequence: UInt64($0))
    }
    let outcome = try SpeculativeDecoder(
      target: target, drafter: drafter, draftLength: maximum, stop: stop, seed: 3, endTokens: []
    ).run(requests)
    return (outcome, requests)
  }

  /// How many tokens a drafter writes behind a text, by the definition.
  private func length(behind text: [Int32], threshold: Double, minimum: Int, maximum: Int) -> Int {
    var text = text
    for count in 1...maximum {
      let logits = drafter.logits(after: text).map(Double.init)
      let largest = logits.max() ?? 0
      if count >= minimum, 1 / logits.reduce(0, { $0 + exp($1 - largest) }) < threshold { return count }
      text.append(Int32(logits.firstIndex(of: largest) ?? 0))
    }
    return maximum
  }

  @Test(arguments: [(0.4, 1), (0.5, 1), (0.5, 3), (0.6, 2)])
  func chainsEndBehindTheFirstTokenOfLittleConfidence(threshold: Double, minimum: Int) throws {
    let stop = AdaptiveChain(
      maximumLength: 6, minimumLength: minimum, rule: .confidence(below: threshold))
    let (outcome, requests) = try run(stop)
    var lengths = Set<Int>()
    for (request, (completion, prompt)) in zip(requests, zip(outcome.completions, outcome.log.prompts)) {
      #expect(completion.tokens == target.greedyText(after: request.prompt, count: 40))
      var text = request.prompt + [completion.tokens[0]]
      for cycle in prompt.cycles where !cycle.isCut {
        let wanted = length(behind: text, threshold: threshold, minimum: minimum, maximum: 6)
        #expect(cycle.drafted == wanted)
        lengths.insert(wanted)
        let written = text.count - request.prompt.count
        text += completion.tokens[written..<written + cycle.emitted]
      }
    }
    #expect(lengths.count > 1, "\(lengths)")
    let metrics = AcceptanceMetrics(outcome.log)
    #expect(metrics.meanDraftLength.map { $0 > Double(minimum) && $0 < 6 } == true)
    #expect(metrics.verificationRate == metrics.tau.map { 1 / $0 })
    #expect(metrics.discardRate == Double(metrics.drafted - metrics.accepted) / Double(metrics.tokens))
  }

  @Test func thresholdsAtTheEndsGiveFixedLengths() throws {
    let (never, _) = try run(AdaptiveChain(maximumLength: 6, rule: .confidence(below: 0)))
    #expect(never.log == (try run(nil).0.log))
    let (always, _) = try run(
      AdaptiveChain(maximumLength: 6, minimumLength: 2, rule: .confidence(below: 1)))
    let cycles = always.log.prompts.flatMap(\.cycles)
    #expect(cycles.contains { !$0.isCut } && cycles.allSatisfy { $0.isCut || $0.drafted == 2 })
    #expect(always.completions == never.completions)
  }
}
