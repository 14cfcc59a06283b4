import Drafters
import Evaluation
import FileSystem
import Models
import Testing

/// Places of trees and chains of drafters that read the target's states.
@Suite struct FeaturePlacesTests {
  private static let vocabulary: [Int32] = [1, 2, 3, 5, 8, 13, 17, 21, 22, 28]

  private static func shapes() throws -> [DraftShape] {
    [
      .chain(4), .adaptive(AdaptiveChain(maximumLength: 4, rule: .confidence(below: 0.2))),
      .dynamic(try TreeSize(nodeCount: 9, depth: 3, topK: 3)),
      .fixed(try StaticTree(branches: [3, 2, 1]), .likeliest),
      .fixed(try StaticTree(paths: [[0], [1], [0, 0], [1, 0], [1, 0, 0]]), .withoutReplacement),
    ]
  }

  /// What target and drafter say, asked one text at a time without any tree.
  private struct ByHand {
    let subject: FeatureSubject
    let sampling: SamplingSettings

    func target(after text: [Int32]) -> [Float] {
      warped(decoder(text, outputs: [text.count - 1]).withLogits(of: 0) { Array($0) })
    }

    /// After a text of which the target has read what stands before `root`.
    func draft(after text: [Int32], root: Int) -> [Float] {
      let shown = decoder(Array(text[..<root]), outputs: [])
      let drafted = text.count - 1 - root
      if let heads = subject.drafter as? MedusaDrafter {
        let heads = MedusaDecoder(heads, on: subject.backend, lines: 1)
        heads.forward(Array(shown.features(of: root - 1)))
        return spread(heads.logProbabilities(of: 0, head: drafted))
      }
      let drafter = FeatureDecoder(subject.recurrent, on: subject.backend, lines: 1, capacity: 40)
      var rows = FeatureRows()
      for position in 0..<root {
        rows.append(
          state: shown.features(of: position), token: text[position + 1], line: 0, position: Int32(position))
      }
      drafter.forward(rows, from: .target, outputs: [root - 1])
      var state = Array(drafter.state(of: root - 1))
      for position in root..<root + drafted {
        var row = FeatureRows()
        row.append(state: state, token: text[position + 1], line: 0, position: Int32(position))
        drafter.forward(row, from: .drafter, outputs: [0])
        state = Array(drafter.state(of: 0))
      }
      return spread(drafter.logProbabilities(of: 0))
    }

    private func decoder(_ text: [Int32], outputs: [Int]) -> CachedDecoder {
      let decoder = CachedDecoder(
        subject.target, on: subject.backend, lines: 1, capacity: 40, showing: subject.drafter.tappedLayers)
      decoder.forward(
        tokens: text, sequences: text.map { _ in 0 }, positions: text.indices.map(Int32.init),
        outputs: outputs)
      return decoder
    }

    /// Over the target's tokens.
    private func spread(_ logProbabilities: ArraySlice<Float>) -> [Float] {
      guard let ids = subject.drafter.draftVocabulary?.targetIDs else {
        return warped(Array(logProbabilities))
      }
      var logits = [Float](repeating: -.infinity, count: 29)
      for (id, value) in zip(ids, logProbabilities) { logits[Int(id)] = value }
      return warped(logits)
    }

    private func warped(_ logits: [Float]) -> [Float] {
      var warper = Warper(vocabularySize: 29)
      var rows = ProbabilityRows(rowCount: 1, vocabularySize: 29)
      warper.warp(logits, sampling, into: &rows, row: 0)
      return rows.values
    }
  }

  /// Of each tree, the text of which is known from the trees themselves, every node on the accepted path that has children.
  @Test(arguments: FeatureSubject.Kind.allCases, [false, true])
  func placesHoldWhatBothSaidThere(_ kind: FeatureSubject.Kind, _ isTrimmed: Bool) throws {
    let subject = FeatureSubject(
      kind,
      draftVocabulary: isTrimmed ? try DraftVocabulary(targetIDs: Self.vocabulary, targetSize: 29) : nil)
    let sampling = try SamplingSettings(temperature: 0.8, topK: 7, topP: 0.9)
    let byHand = ByHand(subject: subject, sampling: sampling)
    let requests = FeatureSubject.requests(6, newTokens: 12, sampling)
    var deep = 0
    for shape in try Self.shapes() {
      let outcome = try subject.decoder(shape).run(
        requests, recording: RunRecording(trees: .all, places: 1000))
      var cycles = outcome.log.prompts.map { $0.cycles[...] }
      var places = outcome.places.kept[...]
      #expect(outcome.places.count == places.count)
      for it in outcome.trees {
        let cycle = cycles[it.prompt].popFirst()
        let emitted = try #require(cycle).emitted
        let text = requests[it.prompt].prompt + outcome.completions[it.prompt].tokens
        let path = [0] + it.verdict.acceptedNodes
        for (depth, node) in path.enumerated()
        where depth < emitted && !it.tree.children(of: node).isEmpty {
          let next = places.popFirst()
          let place = try #require(next)
          #expect(place.prompt == it.prompt && place.position == it.position + depth)
          let before = Array(text[...place.position])
          #expect(before.last == it.tree.tokens[node])
          Self.expect(place.target, byHand.target(after: before))
          Self.expect(place.draft, byHand.draft(after: before, root: it.position))
          #expect(
            !isTrimmed
              || place.draft.indices.allSatisfy {
                place.draft[$0] == 0 || Self.vocabulary.contains(Int32($0))
              })
        }
      }
      #expect(places.isEmpty && !outcome.trees.isEmpty)
      deep += outcome.places.kept.count - outcome.trees.count
    }
    #expect(deep > 5, "places behind accepted tokens")
  }

  private static func expect(_ found: [Float], _ wanted: [Float]) {
    #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-5 } && found.count == wanted.count)
    #expect(abs(found.reduce(0, +) - 1) < 1e-5)
  }

  private func report(
    _ subject: FeatureSubject, _ shape: DraftShape, candidates: Int = 3, temperature: Double = 1,
    newTokens: Int = 14
  ) throws -> EvaluationReport {
    let measured = try EvaluationProtocol(
      promptTokens: 5, newTokens: newTokens, shape: shape,
      sampling: try SamplingSettings(temperature: temperature), timedPrompts: 0)
    return try Evaluator(protocol: measured).evaluate(
      target: CachedDecoder(subject.target, on: subject.backend, lines: 3, capacity: 40),
      speculative: try subject.decoder(shape),
      prompts: FeatureSubject.requests(20, newTokens: 1).map {
        EvaluationPrompt(tokens: $0.prompt, domain: nil)
      }, endTokens: [], byteRatio: nil, candidates: candidates, clock: ContinuousClock())
  }

  /// What is sure is always accepted; what is drawn from the target's own distribution is too, and its likeliest tokens are
  /// not.
  @Test func everyRuleAcceptsWhatAPerfectDrafterProposes() throws {
    let subject = FeatureSubject(.eagle)
    let other = try #require(report(subject, .chain(3)).candidates).rules
    #expect(other.allSatisfy { $0.acceptance < 0.9 })
    subject.forgetContext()
    subject.evenEmbedding()
    let same = try #require(report(subject, .chain(3)).candidates).rules
    for rule in same where rule.rule != "likeliest tokens" {
      #expect(rule.acceptance > 1 - 1e-4, "\(rule)")
    }
    #expect(same.contains { $0.rule == "likeliest tokens" && $0.acceptance < 0.9 })
    subject.answerWithSuccessors()
    for shape in try Self.shapes() {
      let report = try report(subject, shape)
      let candidates = try #require(report.candidates)
      #expect(candidates.rules.count == 5)
      #expect(candidates.rules.allSatisfy { $0.acceptance > 1 - 1e-4 && $0.bound ?? 1 > 1 - 1e-4 })
      // The second path of the uneven tree is the longer one, and is never taken.
      let levels = shape == (try Self.shapes().last) ? 2 : shape.levels
      let cycles = report.log.prompts.flatMap(\.cycles)
      #expect(cycles.contains { $0.emitted <= levels }, "ends of texts leave places out")
      #expect(candidates.judged == cycles.reduce(0) { $0 + min(levels, $1.accepted + 1, $1.emitted) })
      #expect(candidates.positions == candidates.judged)
    }
  }

  @Test func whatCannotBeComparedSaysSo() throws {
    let subject = FeatureSubject(.medusa)
    let greedy = #expect(throws: InputError.self) { try report(subject, .chain(2), temperature: 0) }
    #expect(greedy?.key == "candidates" && greedy?.expected == "a temperature above 0")
    #expect(greedy?.found.hasPrefix("greedy decoding") == true)
    let many = #expect(throws: InputError.self) { try report(subject, .chain(2), candidates: 17) }
    #expect(many?.key == "candidates" && many?.found == "17" && many?.expected == "1 to 16 candidates")
    // A text of one token is the prefill's alone.
    let empty = try #require(report(subject, .chain(2), newTokens: 1).candidates)
    #expect(empty.judged == 0 && empty.positions == 0 && empty.rules.isEmpty)
  }
}
