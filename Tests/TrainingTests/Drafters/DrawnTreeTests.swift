import Autodiff
import Drafters
import Evaluation
import Models
import TestSupport
import Testing

/// Static trees through the whole engine: likeliest and drawn candidates, of both kinds of drafters.
@Suite struct DrawnTreeTests {
  private static let draws: [CandidateDraw] = [.withReplacement, .withoutReplacement, .sequential]

  @Test func greedyTextOfAStaticTreeIsTheTargetsOwn() throws {
    let requests = FeatureSubject.requests(20, newTokens: 10)
    for kind in FeatureSubject.Kind.allCases {
      let subject = FeatureSubject(kind)
      let wanted = try subject.plain(requests)
      for tree in [
        try StaticTree(branches: [3, 2, 1]), try StaticTree(paths: [[0], [1], [0, 0], [1, 0]]),
      ] {
        let outcome = try subject.decoder(.fixed(tree, .likeliest)).run(requests)
        #expect(outcome.completions.map(\.tokens) == wanted)
        #expect(outcome.log.prompts.flatMap(\.cycles).allSatisfy { $0.nodes == tree.count - 1 })
      }
    }
  }

  /// 100,000 tokens of each rule against the target's law, warpers active.
  @Test(arguments: draws) func drawnTreesFollowTheWarpedTarget(_ draw: CandidateDraw) throws {
    let subject = FeatureSubject(.eagle)
    subject.forgetContext()
    let sampling = try SamplingSettings(temperature: 0.8, topP: 0.9)
    let outcome = try subject.decoder(
      .fixed(try StaticTree(branches: [2, 2]), draw), lines: 64
    ).run(FeatureSubject.requests(5000, newTokens: 21, sampling))
    let tau = try #require(AcceptanceMetrics(outcome.log).tau)
    #expect(tau > 1.3 && tau < 2.95, "both acceptance and rejection should be frequent")
    try subject.expectTexts(outcome.completions, toFollow: sampling)
  }

  /// A language model of its own grows the same kinds of trees.
  @Test func aLanguageModelGrowsTrees() throws {
    let subject = FeatureSubject(.eagle)
    func models(_ lines: Int) -> (target: CachedDecoder, drafter: CachedDecoder) {
      let drafter = LanguageModel(
        ModelConfiguration(
          vocabularySize: 29, hiddenSize: 16, feedForwardSize: 24, layerCount: 1, headCount: 2,
          kvHeadCount: 1,
          headSize: 8, tiesEmbeddings: true, maxPositions: 64), on: subject.backend, isTrainable: false,
        isLoaded: false, deviation: 0.4)
      drafter.store.initialize(seed: 9)
      return (
        CachedDecoder(subject.target, on: subject.backend, lines: lines, capacity: 40),
        CachedDecoder(drafter, on: subject.backend, lines: lines, capacity: 64, normalizing: true)
      )
    }
    func outcome(_ shape: DraftShape, _ requests: [DecodingRequest], lines: Int = 3) throws
      -> SpeculativeOutcome
    {
      let (target, drafter) = models(lines)
      return try TreeSpeculativeDecoder(
        target: target, drafter: drafter, shape: shape, seed: 5, endTokens: []
      ).run(requests)
    }
    let requests = FeatureSubject.requests(20, newTokens: 10)
    let wanted = try subject.plain(requests)
    let tree = try outcome(.dynamic(TreeSize(nodeCount: 16, depth: 3, topK: 3)), requests)
    #expect(tree.completions.map(\.tokens) == wanted)

    // A tree with one proposal a node is the chain that the other decoder writes.
    let (target, drafter) = models(3)
    let chain = try SpeculativeDecoder(
      target: target, drafter: drafter, draftLength: 3, seed: 5, endTokens: []
    ).run(requests)
    let asTree = try outcome(.chain(3), requests)
    #expect(asTree.completions == chain.completions)
    let accepted = { (log: AcceptanceLog) in
      log.prompts.map { $0.cycles.filter { !$0.isCut }.map(\.accepted) }
    }
    #expect(accepted(asTree.log) == accepted(chain.log))
    let sampling = try SamplingSettings(temperature: 0.9)
    let sampled = FeatureSubject.requests(6, newTokens: 12, sampling)
    let shape = DraftShape.fixed(try StaticTree(branches: [3, 2]), .withoutReplacement)
    #expect(
      try outcome(shape, sampled, lines: 1).completions == outcome(shape, sampled, lines: 4).completions)
  }
}
