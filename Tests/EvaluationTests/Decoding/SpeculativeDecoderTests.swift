import Evaluation
import FileSystem
import Testing

@Suite struct SpeculativeDecoderTests {
  private static let lengths = [1, 2, 4, 7]

  private func requests(
    _ count: Int, newTokens: Int, _ sampling: SamplingSettings = .greedy
  ) -> [DecodingRequest] {
    (0..<count).map { index in
      DecodingRequest(
        prompt: (0...Int32(index % 5)).map { ($0 * 5 + Int32(index)) % 13 },
        maximumNewTokens: newTokens + index % 4, sampling: sampling, sequence: UInt64(index))
    }
  }

  private func decoder(
    _ target: HashModel, _ drafter: HashModel, _ draftLength: Int, endTokens: [Int32] = []
  ) throws -> SpeculativeDecoder<HashModel, HashModel> {
    try SpeculativeDecoder(
      target: target, drafter: drafter, draftLength: draftLength, seed: 3, endTokens: endTokens)
  }

  @Test(arguments: lengths, [SamplingSettings.greedy, try? SamplingSettings(temperature: 0.8, topP: 0.9)])
  func aPerfectDrafterIsAcceptedWhole(draftLength: Int, sampling: SamplingSettings?) throws {
    let sampling = try #require(sampling)
    let decoder = try decoder(
      HashModel(vocabularySize: 13), HashModel(vocabularySize: 13, lineCount: 3), draftLength)
    let metrics = AcceptanceMetrics(try decoder.run(requests(7, newTokens: 40, sampling)).log)
    #expect(metrics.tau == Double(draftLength + 1))
    #expect(metrics.acceptanceRate == 1)
    #expect(metrics.perDepth == Array(repeating: 1, count: draftLength))
    #expect(metrics.cycles >= 7 * (39 / (draftLength + 1)))
  }

  @Test(arguments: lengths)
  func aRandomDrafterIsAcceptedByChanceAlone(draftLength: Int) throws {
    let decoder = try decoder(
      HashModel(vocabularySize: 13, capacity: 256), HashModel(vocabularySize: 13, capacity: 256, salt: 2),
      draftLength)
    let metrics = AcceptanceMetrics(try decoder.run(requests(30, newTokens: 200)).log)
    // Geometric with success 1/v; the standard error over some 5,500 cycles is 0.004.
    let chance = (1...draftLength).reduce(1.0) { sum, depth in
      sum + (0..<depth).reduce(1.0) { product, _ in product / 13 }
    }
    #expect(abs((metrics.tau ?? 0) - chance) < 0.016, "\(metrics.tau ?? 0) is not \(chance)")
  }

  /// Memory 1 and 2: a bigram drafter of a trigram target agrees sometimes, so that runs of all lengths occur.
  @Test(arguments: lengths)
  func greedyTextIsTheTargetsOwn(draftLength: Int) throws {
    let target = HashModel(vocabularySize: 3, lineCount: 4, memory: 2)
    let drafter = HashModel(vocabularySize: 3, lineCount: 4, memory: 1)
    let asked = requests(11, newTokens: 30).map { request in
      DecodingRequest(
        prompt: request.prompt.map { $0 % 3 }, maximumNewTokens: request.maximumNewTokens,
        sequence: request.sequence)
    }
    let outcome = try decoder(target, drafter, draftLength).run(asked)
    for (request, completion) in zip(asked, outcome.completions) {
      #expect(
        completion.tokens == target.greedyText(after: request.prompt, count: request.maximumNewTokens))
    }
    let accepted = outcome.log.prompts.flatMap { $0.cycles.map(\.accepted) }
    #expect(Set(accepted).count > 1, "the case should have runs of several lengths")
    for (prompt, completion) in zip(outcome.log.prompts, outcome.completions) {
      #expect(prompt.cycles.reduce(1) { $0 + $1.emitted } == completion.tokens.count)
    }
    let replay = try ChainReplay.log(asked, outcome.completions, drafter: drafter, draftLength: draftLength)
    #expect(outcome.log.prompts.map { $0.cycles.filter { !$0.isCut } } == replay.prompts.map(\.cycles))
  }

  @Test(arguments: lengths, [1, 2, 3])
  func textsAndCyclesDoNotDependOnTheBatch(draftLength: Int, lines: Int) throws {
    let sampling = try SamplingSettings(temperature: 0.7, topK: 8)
    let target = HashModel(vocabularySize: 13, memory: 2)
    let drafter = HashModel(vocabularySize: 13, memory: 1)
    let asked = requests(6, newTokens: 25, sampling) + requests(6, newTokens: 20)
    let alone = try asked.map { try decoder(target, drafter, draftLength, endTokens: [5]).run([$0]) }
    let together = try decoder(target, drafter, draftLength, endTokens: [5]).run(asked, maximumLines: lines)
    #expect(together.completions == alone.flatMap(\.completions))
    #expect(together.log.prompts == alone.flatMap(\.log.prompts))
  }

  @Test func theTargetIsCalledOncePerCycle() throws {
    let target = HashModel(vocabularySize: 13)
    let drafter = HashModel(vocabularySize: 13)
    let outcome = try decoder(target, drafter, 4).run([
      DecodingRequest(prompt: [1, 2, 3], maximumNewTokens: 21, sequence: 0)
    ])
    #expect(outcome.log.prompts[0].cycles.count == 4)
    // Taking the prompt in is no call with outputs.
    #expect(target.forwardCalls == 1 + 4)
    #expect(drafter.forwardCalls == 4 * 4)
  }

  @Test(arguments: 0...9)
  func anEndTokenInsideTheAcceptedRunCutsIt(place: Int) throws {
    let target = HashModel(vocabularySize: 997)
    let text = target.greedyText(after: [1], count: 20)
    try #require(Set(text).count == 20)
    let outcome = try decoder(target, HashModel(vocabularySize: 997), 3, endTokens: [text[place]]).run([
      DecodingRequest(prompt: [1], maximumNewTokens: 20, sequence: 0)
    ])
    #expect(
      outcome.completions == [Completion(tokens: Array(text[...place]), ending: .endOfSequence)])
    // Token 0 is the prefill's; then four per cycle, of which the last is the target's own.
    let cycles = outcome.log.prompts[0].cycles
    #expect(cycles.map(\.emitted).reduce(1, +) == place + 1)
    #expect(cycles.dropLast().allSatisfy { !$0.isCut && $0.emitted == 4 })
    if let last = cycles.last { #expect(last.isCut == !place.isMultiple(of: 4)) }
  }

  @Test func cyclesWithoutRoomForAWholeDraftAreCut() throws {
    // 1 token from the prefill, 5 + 5 from whole cycles, then 2 tokens of room: a draft of 1 and the bonus.
    let outcome = try decoder(HashModel(vocabularySize: 13), HashModel(vocabularySize: 13), 4).run([
      DecodingRequest(prompt: [1], maximumNewTokens: 13, sequence: 0)
    ])
    #expect(
      outcome.log.prompts[0].cycles == [
        VerificationCycle(drafted: 4, accepted: 4, emitted: 5, isCut: false),
        VerificationCycle(drafted: 4, accepted: 4, emitted: 5, isCut: false),
        VerificationCycle(drafted: 1, accepted: 1, emitted: 2, isCut: true),
      ])
    let metrics = AcceptanceMetrics(outcome.log)
    #expect(metrics.cycles == 2 && metrics.tokens == 10 && metrics.cutCycles == 1)
  }

  @Test(arguments: 5...9)
  func textsEndWhereTheTargetsCacheIsFull(capacity: Int) throws {
    let target = HashModel(vocabularySize: 13, capacity: capacity)
    let asked = [DecodingRequest(prompt: [1, 2, 3], maximumNewTokens: 99, sequence: 0)]
    let outcome = try decoder(target, HashModel(vocabularySize: 13, capacity: capacity), 4).run(asked)
    #expect(outcome.completions == (try Generator(model: target, seed: 0, endTokens: []).run(asked)))
    #expect(outcome.completions[0].ending == .capacity)
  }

  @Test(arguments: [1, 3, 6, 8])
  func aDrafterWithASmallCacheFallsBackToPlainDecoding(capacity: Int) throws {
    let target = HashModel(vocabularySize: 13)
    let asked = [DecodingRequest(prompt: [1, 2, 3], maximumNewTokens: 12, sequence: 0)]
    let outcome = try decoder(target, HashModel(vocabularySize: 13, capacity: capacity), 4).run(asked)
    #expect(outcome.completions[0].tokens == target.greedyText(after: [1, 2, 3], count: 12))
    let cycles = outcome.log.prompts[0].cycles
    #expect(cycles.contains { $0.drafted == 0 } && cycles.allSatisfy { $0.accepted == $0.drafted })
  }

  @Test func requestsForOneTokenOrNoneNeedNoCycle() throws {
    let target = HashModel(vocabularySize: 13)
    let outcome = try decoder(target, HashModel(vocabularySize: 13), 2).run(
      [0, 1, 0, 1, 2].map { DecodingRequest(prompt: [7], maximumNewTokens: $0, sequence: 0) })
    #expect(outcome.completions.map(\.tokens.count) == [0, 1, 0, 1, 2])
    #expect(outcome.log.prompts.map(\.cycles.count) == [0, 0, 0, 0, 1])
    #expect(try decoder(target, HashModel(vocabularySize: 13), 2).run([]).completions.isEmpty)
  }

  @Test func callsStayWithinTheRowLimits() throws {
    let target = HashModel(vocabularySize: 13, lineCount: 8, rowLimit: 12)
    let drafter = HashModel(vocabularySize: 13, lineCount: 8, rowLimit: 8)
    let metrics = AcceptanceMetrics(try decoder(target, drafter, 4).run(requests(9, newTokens: 20)).log)
    #expect(metrics.tau == 5)
    #expect(target.largestCall <= 12 && drafter.largestCall <= 8)
  }

  @Test func modelsThatDoNotFitAreRefused() {
    #expect(throws: InputError.self) {
      try decoder(HashModel(vocabularySize: 13), HashModel(vocabularySize: 12), 4)
    }
    #expect(throws: InputError.self) {
      try decoder(HashModel(vocabularySize: 13), HashModel(vocabularySize: 13), 0)
    }
  }
}
