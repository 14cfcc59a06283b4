import Autodiff
import Drafters
import Evaluation
import FileSystem
import Glibc
import Models
import TestSupport
import Testing

/// Chains that an acceptance head ends, in the whole engine.
@Suite struct AcceptanceDecodingTests {
  private func run(
    _ subject: AcceptanceSubject, _ stop: AdaptiveChain, _ requests: [DecodingRequest]
  ) throws -> SpeculativeOutcome {
    try SpeculativeDecoder(
      target: CachedDecoder(subject.target, on: subject.backend, lines: 3, capacity: 60),
      drafter: CachedDecoder(subject.drafter, on: subject.backend, lines: 3, capacity: 60, showing: []),
      draftLength: stop.maximumLength, stop: stop,
      predictor: AcceptancePredictor(subject.head, on: subject.backend), seed: 5, endTokens: []
    ).run(requests)
  }

  private func requests(_ sampling: SamplingSettings = .greedy) -> [DecodingRequest] {
    (0..<8).map {
      DecodingRequest(
        prompt: [Int32($0), 3, Int32(2 * $0)], maximumNewTokens: 24, sampling: sampling, sequence: UInt64($0))
    }
  }

  /// The rule of the paper's code: the token that was just read is judged, the one that follows is not.
  private func length(
    _ subject: AcceptanceSubject, behind text: [Int32], threshold: Double, minimum: Int, maximum: Int
  ) -> Int {
    var (text, log) = (text, 0.0)
    for count in 1...maximum {
      let read = subject.read(subject.drafter, text)
      if count > 1 { log += subject.judge(read.states[text.count - 1])[1] }
      if count >= minimum, 1 - exp(log) > threshold { return count }
      let said = read.logProbabilities[text.count - 1]
      text.append(Int32(said.firstIndex(of: said.max() ?? 0) ?? 0))
    }
    return maximum
  }

  @Test(arguments: [(0.5, 2), (0.8, 2), (0.8, 1), (0.9, 3)])
  func chainsEndWhereAHeadExpectsARejection(threshold: Double, minimum: Int) throws {
    let subject = AcceptanceSubject()
    let requests = requests()
    let outcome = try run(
      subject,
      AdaptiveChain(maximumLength: 6, minimumLength: minimum, rule: .rejection(above: threshold)), requests)
    let plain = try Generator(
      model: CachedDecoder(subject.target, on: subject.backend, lines: 3, capacity: 60), seed: 5,
      endTokens: []
    ).run(requests)
    var lengths = Set<Int>()
    for (index, (completion, prompt)) in zip(outcome.completions, outcome.log.prompts).enumerated() {
      #expect(completion == plain[index])
      var text = requests[index].prompt + [completion.tokens[0]]
      for cycle in prompt.cycles where !cycle.isCut {
        let wanted = length(subject, behind: text, threshold: threshold, minimum: minimum, maximum: 6)
        #expect(cycle.drafted == wanted)
        lengths.insert(wanted)
        let written = text.count - requests[index].prompt.count
        text += completion.tokens[written..<written + cycle.emitted]
      }
    }
    #expect(lengths.count > 1, "\(lengths)")
  }

  /// What other texts are decoded beside it does not matter to a chain.
  @Test func thresholdsAtTheEndsGiveFixedLengths() throws {
    let subject = AcceptanceSubject()
    let requests = requests(try SamplingSettings(temperature: 0.9))
    let never = try run(subject, AdaptiveChain(maximumLength: 4, rule: .rejection(above: 1)), requests)
    #expect(never.log.prompts.flatMap(\.cycles).allSatisfy { $0.isCut || $0.drafted == 4 })
    let always = try run(
      subject, AdaptiveChain(maximumLength: 4, minimumLength: 2, rule: .rejection(above: 0)), requests)
    #expect(always.log.prompts.flatMap(\.cycles).allSatisfy { $0.isCut || $0.drafted == 2 })
    let stop = AdaptiveChain(maximumLength: 4, rule: .rejection(above: 0.7))
    let together = try run(subject, stop, requests)
    for (index, request) in requests.enumerated() {
      let alone = try run(subject, stop, [request])
      #expect(alone.completions[0] == together.completions[index])
      #expect(alone.log.prompts[0] == together.log.prompts[index])
    }
  }
}
