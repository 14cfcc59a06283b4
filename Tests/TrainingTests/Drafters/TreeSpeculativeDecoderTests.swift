import Autodiff
import Drafters
import Evaluation
import FileSystem
import Models
import TestSupport
import Testing

/// Trees through a real target and drafter with random weights.
@Suite struct TreeSpeculativeDecoderTests {
  private static let sizes = [(2, 0, 1), (5, 3, 1), (9, 1, 4), (16, 3, 3), (22, 2, 5)]

  @Test(arguments: FeatureSubject.Kind.allCases)
  func greedyTextOfEveryTreeIsTheTargetsOwn(_ kind: FeatureSubject.Kind) throws {
    let subject = FeatureSubject(kind)
    let requests = FeatureSubject.requests(20, newTokens: 10)
    let wanted = try subject.plain(requests)
    for (nodes, depth, topK) in Self.sizes {
      let size = try TreeSize(nodeCount: nodes, depth: depth, topK: topK)
      let outcome = try subject.decoder(.dynamic(size)).run(requests)
      #expect(outcome.completions.map(\.tokens) == wanted, "\(nodes) nodes")
    }
  }

  /// Vocabularies of a drafter are a part of the target's.
  @Test(arguments: FeatureSubject.Kind.allCases)
  func aDraftVocabularyProposesTheTargetsTokens(_ kind: FeatureSubject.Kind) throws {
    let vocabulary = try DraftVocabulary(targetIDs: [1, 2, 3, 5, 8, 13, 17, 21, 22, 28], targetSize: 29)
    let subject = FeatureSubject(kind, draftVocabulary: vocabulary)
    let requests = FeatureSubject.requests(12, newTokens: 10)
    let outcome = try subject.decoder(.dynamic(TreeSize(nodeCount: 24, depth: 2, topK: 5))).run(requests)
    #expect(outcome.completions.map(\.tokens) == (try subject.plain(requests)))
    let accepted = outcome.log.prompts.flatMap(\.cycles).reduce(0) { $0 + $1.accepted }
    #expect(accepted > 0)
  }

  /// What a text looks like does not depend on what is decoded beside it.
  @Test func linesDoNotDisturbEachOther() throws {
    let subject = FeatureSubject(.eagle3)
    let size = try TreeSize(nodeCount: 12, depth: 2, topK: 3)
    let requests = FeatureSubject.requests(9, newTokens: 8, try SamplingSettings(temperature: 0.9))
    let alone = try subject.decoder(.dynamic(size), lines: 1).run(requests)
    let together = try subject.decoder(.dynamic(size), lines: 4).run(requests)
    #expect(alone.completions == together.completions)
    #expect(alone.log == together.log)
  }

  /// Every cycle drafts the whole chain, and cycles emit all tokens but that of the prefill.
  @Test func aChainIsATreeOfOnePath() throws {
    let subject = FeatureSubject(.eagle)
    let outcome = try subject.decoder(.chain(3), lines: 1).run(FeatureSubject.requests(6, newTokens: 12))
    for prompt in outcome.log.prompts {
      #expect(prompt.cycles.allSatisfy { $0.drafted == 3 && $0.accepted <= 3 })
      #expect(prompt.cycles.reduce(0) { $0 + $1.emitted } == 11)
    }
  }

  /// A chain that ends where the drafter has become unsure is lossless, and the whole chain where it never is.
  @Test(arguments: FeatureSubject.Kind.allCases) func anAdaptiveChainEndsEarly(_ kind: FeatureSubject.Kind)
    throws
  {
    let subject = FeatureSubject(kind)
    let requests = FeatureSubject.requests(12, newTokens: 14)
    func run(_ threshold: Double) throws -> SpeculativeOutcome {
      try subject.decoder(
        .adaptive(AdaptiveChain(maximumLength: 4, rule: .confidence(below: threshold)))
      ).run(requests)
    }
    #expect(try run(0).log == subject.decoder(.chain(4)).run(requests).log)
    let texts = try subject.plain(requests)
    var lengths = Set<Int>()
    for threshold in [0.1, 0.2, 0.3] {
      let outcome = try run(threshold)
      #expect(outcome.completions.map(\.tokens) == texts)
      lengths.formUnion(outcome.log.prompts.flatMap(\.cycles).filter { !$0.isCut }.map(\.drafted))
    }
    #expect(lengths.count > 2)
  }

  @Test func aPerfectDrafterGivesAllLevelsAndOneMore() throws {
    let subject = FeatureSubject(.eagle)
    subject.forgetContext()
    subject.answerWithSuccessors()
    let requests = FeatureSubject.requests(4, newTokens: 14)
    let wanted = try subject.plain(requests)
    for (request, tokens) in zip(requests, wanted) {
      let last = request.prompt[request.prompt.count - 1]
      #expect(tokens == (0..<14).map { (last + 1 + $0) % 29 })
    }
    for (nodes, depth, topK) in Self.sizes {
      let size = try TreeSize(nodeCount: nodes, depth: depth, topK: topK)
      let outcome = try subject.decoder(.dynamic(size)).run(requests)
      #expect(outcome.completions.map(\.tokens) == wanted)
      #expect(AcceptanceMetrics(outcome.log).tau == Double(size.depth + 2), "\(nodes) nodes")
    }
  }

  /// 100,000 tokens against the target's law, warpers active.
  @Test func sampledTextsFollowTheWarpedTarget() throws {
    let subject = FeatureSubject(.eagle)
    subject.forgetContext()
    let sampling = try SamplingSettings(temperature: 0.8, topP: 0.9)
    let outcome = try subject.decoder(.dynamic(TreeSize(nodeCount: 7, depth: 1, topK: 3)), lines: 64).run(
      FeatureSubject.requests(5000, newTokens: 21, sampling))
    let tau = try #require(AcceptanceMetrics(outcome.log).tau)
    #expect(tau > 1.3 && tau < 2.9, "both acceptance and rejection should be frequent")
    try subject.expectTexts(outcome.completions, toFollow: sampling)
  }

  @Test func aRandomDrafterAcceptsHardlyAnything() throws {
    let outcome = try FeatureSubject(.eagle3).decoder(.chain(3)).run(
      FeatureSubject.requests(40, newTokens: 20))
    let tau = try #require(AcceptanceMetrics(outcome.log).tau)
    #expect(tau > 1 && tau < 1.25)
  }

  /// The trees that are shown are those that made the text.
  @Test func recordedTreesTellTheWholeText() throws {
    let subject = FeatureSubject(.eagle)
    let decoder = try subject.decoder(.dynamic(TreeSize(nodeCount: 12, depth: 2, topK: 4)))
    let requests = FeatureSubject.requests(5, newTokens: 12)
    let outcome = try decoder.run(requests, recording: RunRecording(trees: .all))
    for (index, request) in requests.enumerated() {
      let own = outcome.trees.filter { $0.prompt == index }
      #expect(own.count == outcome.log.prompts[index].cycles.count)
      var text = request.prompt + outcome.completions[index].tokens.prefix(1)
      for it in own {
        #expect(it.position == text.count - 1 && it.tree.tokens[0] == text[it.position])
        text += it.verdict.acceptedNodes.map { it.tree.tokens[$0] } + [it.verdict.token]
      }
      #expect(
        Array(text.prefix(request.prompt.count + 12)) == request.prompt + outcome.completions[index].tokens)
    }
  }

  @Test func treesWithoutRoomAreRefused() throws {
    let subject = FeatureSubject(.eagle)
    let error = #expect(throws: InputError.self) {
      try subject.decoder(.dynamic(TreeSize(nodeCount: 39, depth: 6, topK: 5)))
    }
    #expect(error?.expected == "room in caches of 40 and 64 positions")
    #expect(throws: InputError.self) { try TreeSize(nodeCount: 60, depth: 0, topK: 10) }
    #expect(throws: InputError.self) { try TreeSize(nodeCount: 1, depth: 0, topK: 1) }
  }
}
