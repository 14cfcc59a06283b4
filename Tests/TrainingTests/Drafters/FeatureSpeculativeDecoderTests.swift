import Autodiff
import Drafters
import Evaluation
import FileSystem
import Models
import TestSupport
import Testing

/// Trees through a real target and drafter with random weights.
@Suite struct FeatureSpeculativeDecoderTests {
  private static let sizes = [(2, 0, 1), (5, 3, 1), (9, 1, 4), (16, 3, 3), (22, 2, 5)]

  private func decoder(
    _ subject: FeatureSubject, _ size: TreeSize, lines: Int = 3, seed: UInt64 = 5
  ) throws -> FeatureSpeculativeDecoder {
    try FeatureSpeculativeDecoder(
      target: CachedDecoder(
        subject.target, on: subject.backend, lines: lines, capacity: FeatureSubject.positionCount,
        showing: subject.drafter.tappedLayers),
      drafter: FeatureDecoder(subject.drafter, on: subject.backend, lines: lines, capacity: 64), size: size,
      seed: seed, endTokens: [])
  }

  private func requests(_ count: Int, newTokens: Int, _ sampling: SamplingSettings = .greedy)
    -> [DecodingRequest]
  {
    var numbers = TestNumbers("prompts of trees")
    return (0..<count).map {
      DecodingRequest(
        prompt: numbers.integers(1 + $0 % 7, below: 29), maximumNewTokens: newTokens, sampling: sampling,
        sequence: UInt64($0))
    }
  }

  private func plain(_ subject: FeatureSubject, _ requests: [DecodingRequest]) throws -> [[Int32]] {
    let decoder = CachedDecoder(
      subject.target, on: subject.backend, lines: 4, capacity: FeatureSubject.positionCount)
    return try Generator(model: decoder, seed: 5, endTokens: []).run(requests).map(\.tokens)
  }

  @Test(arguments: FeatureSubject.Kind.allCases)
  func greedyTextOfEveryTreeIsTheTargetsOwn(_ kind: FeatureSubject.Kind) throws {
    let subject = FeatureSubject(kind)
    let requests = requests(20, newTokens: 10)
    let wanted = try plain(subject, requests)
    for (nodes, depth, topK) in Self.sizes {
      let size = try TreeSize(nodeCount: nodes, depth: depth, topK: topK)
      let outcome = try decoder(subject, size).run(requests)
      #expect(outcome.completions.map(\.tokens) == wanted, "\(nodes) nodes")
    }
  }

  /// Vocabularies of a drafter are a part of the target's.
  @Test func aDraftVocabularyProposesTheTargetsTokens() throws {
    let vocabulary = try DraftVocabulary(targetIDs: [1, 2, 3, 5, 8, 13, 17, 21, 22, 28], targetSize: 29)
    let subject = FeatureSubject(.eagle3, draftVocabulary: vocabulary)
    let requests = requests(12, newTokens: 10)
    let outcome = try decoder(subject, TreeSize(nodeCount: 24, depth: 2, topK: 5)).run(requests)
    #expect(outcome.completions.map(\.tokens) == (try plain(subject, requests)))
    let accepted = outcome.log.prompts.flatMap(\.cycles).reduce(0) { $0 + $1.accepted }
    #expect(accepted > 0)
  }

  /// What a text looks like does not depend on what is decoded beside it.
  @Test func linesDoNotDisturbEachOther() throws {
    let subject = FeatureSubject(.eagle3)
    let size = try TreeSize(nodeCount: 12, depth: 2, topK: 3)
    let requests = requests(9, newTokens: 8, try SamplingSettings(temperature: 0.9))
    let alone = try decoder(subject, size, lines: 1).run(requests)
    let together = try decoder(subject, size, lines: 4).run(requests)
    #expect(alone.completions == together.completions)
    #expect(alone.log == together.log)
  }

  /// Every cycle drafts the whole chain, and cycles emit all tokens but that of the prefill.
  @Test func aChainIsATreeOfOnePath() throws {
    let subject = FeatureSubject(.eagle)
    let outcome = try decoder(subject, .chain(3), lines: 1).run(requests(6, newTokens: 12))
    for prompt in outcome.log.prompts {
      #expect(prompt.cycles.allSatisfy { $0.drafted == 3 && $0.accepted <= 3 })
      #expect(prompt.cycles.reduce(0) { $0 + $1.emitted } == 11)
    }
  }

  @Test func aPerfectDrafterGivesAllLevelsAndOneMore() throws {
    let subject = FeatureSubject(.eagle)
    subject.forgetContext()
    subject.answerWithSuccessors()
    let requests = requests(4, newTokens: 14)
    let wanted = try plain(subject, requests)
    for (request, tokens) in zip(requests, wanted) {
      let last = request.prompt[request.prompt.count - 1]
      #expect(tokens == (0..<14).map { (last + 1 + $0) % 29 })
    }
    for (nodes, depth, topK) in Self.sizes {
      let size = try TreeSize(nodeCount: nodes, depth: depth, topK: topK)
      let outcome = try decoder(subject, size).run(requests)
      #expect(outcome.completions.map(\.tokens) == wanted)
      #expect(AcceptanceMetrics(outcome.log).tau == Double(size.depth + 2), "\(nodes) nodes")
    }
  }

  /// 100,000 tokens against the target's law, warpers active.
  @Test func sampledTextsFollowTheWarpedTarget() throws {
    let subject = FeatureSubject(.eagle)
    subject.forgetContext()
    let sampling = try SamplingSettings(temperature: 0.8, topP: 0.9)
    let outcome = try decoder(subject, TreeSize(nodeCount: 7, depth: 1, topK: 3), lines: 64).run(
      requests(5000, newTokens: 21, sampling))
    let tau = try #require(AcceptanceMetrics(outcome.log).tau)
    #expect(tau > 1.3 && tau < 2.9, "both acceptance and rejection should be frequent")
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 29), count: 29)
    for completion in outcome.completions {
      for (a, b) in zip(completion.tokens, completion.tokens.dropFirst()) { counts[Int(a)][Int(b)] += 1 }
    }
    #expect(counts.joined().reduce(0, +) == 100_000)
    var worst = 1.0
    for token in 0..<29 where counts[token].reduce(0, +) > 300 {
      let law = try law(subject, after: Int32(token), sampling)
      let p = ChiSquare.pValue(observed: counts[token], expected: law)
      #expect(p > 1e-4, "after \(token): p = \(p)")
      let unwarped = try self.law(subject, after: Int32(token), SamplingSettings(temperature: 1))
      worst = min(worst, ChiSquare.pValue(observed: counts[token], expected: unwarped))
    }
    #expect(worst < 1e-9, "the test could not tell the warped from the unwarped law")
  }

  private func law(
    _ subject: FeatureSubject, after token: Int32, _ sampling: SamplingSettings
  ) throws -> [Double] {
    let decoder = CachedDecoder(subject.target, on: subject.backend, lines: 1, capacity: 4)
    decoder.forward(tokens: [token], sequences: [0], positions: [0], outputs: [0])
    var warper = Warper(vocabularySize: 29)
    var rows = ProbabilityRows(rowCount: 1, vocabularySize: 29)
    warper.warp(decoder.withLogits(of: 0) { Array($0) }, sampling, into: &rows, row: 0)
    return rows.values.map(Double.init)
  }

  @Test func aRandomDrafterAcceptsHardlyAnything() throws {
    let outcome = try decoder(FeatureSubject(.eagle3), TreeSize.chain(3)).run(requests(40, newTokens: 20))
    let tau = try #require(AcceptanceMetrics(outcome.log).tau)
    #expect(tau > 1 && tau < 1.25)
  }

  @Test func treesWithoutRoomAreRefused() throws {
    let subject = FeatureSubject(.eagle)
    let error = #expect(throws: InputError.self) {
      try decoder(subject, TreeSize(nodeCount: 39, depth: 6, topK: 5))
    }
    #expect(error?.expected == "room in caches of 40 and 64 positions")
    #expect(throws: InputError.self) { try TreeSize(nodeCount: 60, depth: 0, topK: 10) }
    #expect(throws: InputError.self) { try TreeSize(nodeCount: 1, depth: 0, topK: 1) }
  }
}

extension FeatureSubject {
  /// Makes what the target says depend on the last token alone, and the drafter say the same: blocks add nothing, and the
  /// fusion hands on the token's embedding.
  func forgetContext() {
    for store in [target.store, drafter.store] {
      for parameter in store.parameters
      where parameter.name.hasSuffix("o_proj.weight") || parameter.name.hasSuffix("down_proj.weight") {
        store.write([Float](repeating: 0, count: parameter.shape.count), to: parameter)
      }
    }
    let width = drafter.stateSize
    for parameter in drafter.store.parameters where parameter.name.hasPrefix("fc.") {
      var values = [Float](repeating: 0, count: parameter.shape.count)
      if parameter.name == "fc.weight" { for i in 0..<width { values[i * 2 * width + i] = 1 } }
      drafter.store.write(values, to: parameter)
    }
  }

  /// Makes the target answer each token with its successor: the head has each token's embedding in the row of the token
  /// after it, long enough that it is sure of it.
  func answerWithSuccessors() {
    let width = drafter.stateSize
    let embedding = target.store.read(target.embedding.weight)
    var head = [Float](repeating: 0, count: 29 * width)
    for token in 0..<29 {
      let row = embedding[token * width..<(token + 1) * width]
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (column, value) in row.enumerated() { head[(token + 1) % 29 * width + column] = 8 * value / length }
    }
    target.store.write(head, to: target.head)
  }
}
