import Autodiff
import DraftData
import Drafters
import Evaluation
import FileSystem
import Glibc
import Models
import Objectives
import Randomness
import TestSupport
import Testing
import Training

/// Acceptance heads over drafters that read hidden states: in training as in drafting.
@Suite struct UnrolledAcceptanceTests {
  private static let depth = 3

  private func graph(
    _ subject: UnrolledAcceptanceSubject, _ objective: AcceptanceObjective, batch: Int
  ) -> AcceptanceStepGraph {
    AcceptanceStepGraph(
      drafter: subject.drafter, head: subject.head, target: subject.plain.target, objective: objective,
      batch: batch, length: 32, on: subject.plain.backend, mode: .checked)
  }

  /// Every draft of every depth by the incremental drafter, one document at a time: what precedes a draft in its chain is
  /// the text, and its label is of the distributions there.
  private func twin(
    _ subject: UnrolledAcceptanceSubject, _ batch: Batch, _ objective: AcceptanceObjective, step: UInt64
  ) -> (loss: Double, drafted: Int, acceptance: Double) {
    let draws = Philox(seed: objective.seed, purpose: .acceptance)
    let inPlace = subject.drafter.unrolling == .sameRow
    var (sum, weight, drafted, acceptance) = (0.0, 0.0, 0, 0.0)
    for span in batch.spans {
      let text = Array(batch.tokens[span.row..<span.row + span.count])
      let said = subject.read(text)
      for depth in 1...Self.depth {
        for place in 1..<max(1, text.count) where batch.labels[span.row + place - 1] >= 0 {
          // The chain's first row reads the state before the token that the chain stands behind.
          let root = place - depth
          guard root >= 1 else { continue }
          // Rows are counted in the pass of this depth: by where the chain began, or by where it has come to.
          let row = span.row + (inPlace ? root - 1 : place - 1)
          let draw = UInt64((depth - 1) * batch.tokens.count + row)
          guard draws.uniform(step: step, index: 2 * draw) >= objective.keptShare else { continue }
          let context = Array(text[...root])
          let chain = Array(text[(root + 1)..<place])
          let draft = subject.draft(said.features, context, chain: chain)
          var labels = AcceptanceLabels(tokens: [0])
          labels.draft(
            row: 0, draft: draft.logProbabilities[...], draftTokens: subject.draftTokens,
            target: said.logProbabilities[place - 1][...], isGreedy: objective.temperature == 0,
            uniform: draws.uniform(step: step, index: 2 * draw + 1))
          let verdict = subject.judge(
            subject.draft(said.features, context, chain: chain + labels.tokens).output)
          let a = Double(labels.acceptance[0])
          let reject = Double(objective.rejectWeight) * (1 - a)
          sum -= reject * verdict[0] + a * verdict[1]
          weight += reject + a
          drafted += 1
          acceptance += a
        }
      }
    }
    return (sum / weight, drafted, acceptance / Double(drafted))
  }

  @Test(arguments: FeatureSubject.Kind.recurrent, [1.0, 0.0])
  func lossesAreThoseOfDrafting(kind: FeatureSubject.Kind, temperature: Double) throws {
    let subject = try UnrolledAcceptanceSubject(kind)
    let objective = AcceptanceObjective(
      keptShare: 0.3, temperature: temperature, passCount: Self.depth, seed: 9)
    let batch = try packedBatch(4)
    let totals = graph(subject, objective, batch: 4).run([batch], number: 3)
    let wanted = twin(subject, batch, objective, step: 3)
    #expect(wanted.drafted > 80 && totals.tokens == wanted.drafted)
    #expect(abs(totals.mean(.loss) - wanted.loss) < 1e-4 * wanted.loss)
    #expect(abs(totals.mean(.overlap) - wanted.acceptance) < 1e-4)
    #expect(wanted.acceptance > 0 && wanted.acceptance < 1)
  }

  @Test(arguments: FeatureSubject.Kind.recurrent)
  func headsLearnTheDrafterStaysAndAStepTakesNoMemory(_ kind: FeatureSubject.Kind) throws {
    let subject = try UnrolledAcceptanceSubject(kind, threads: 2)
    let before = subject.drafter.store.parameters.map { subject.drafter.store.read($0) }
    try expectLearning(
      graph(subject, AcceptanceObjective(temperature: 0, passCount: 2, seed: 1), batch: 2), subject.head,
      on: subject.plain.backend)
    #expect(subject.drafter.store.parameters.map { subject.drafter.store.read($0) } == before)
  }

  /// Micro-batches keep their own states: two that differ add up to what each gives alone.
  @Test func microBatchesOfAStepDoNotMixTheirStates() throws {
    let subject = try UnrolledAcceptanceSubject(.eagle3)
    let backend = subject.plain.backend
    // Without draws by place: greedy, and every place an example.
    let graph = graph(
      subject, AcceptanceObjective(keptShare: 0, temperature: 0, passCount: 2), batch: 2)
    var stream = try packedText(batch: 2)
    let batches = (0..<2).map { _ in
      var batch = stream.emptyBatch()
      _ = stream.next(into: &batch)
      return batch
    }
    let both = graph.run(batches, number: 0)
    let gradient = backend.read(subject.head.store.gradientSlab)
    let reversed = graph.run(batches.reversed(), number: 0)
    #expect(both.tokens == reversed.tokens && abs(both.mean(.loss) - reversed.mean(.loss)) < 1e-5)
    let other = backend.read(subject.head.store.gradientSlab)
    #expect(zip(gradient, other).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(batches[0] != batches[1])
  }

  /// Where chains end is where the paper's rule says, applied to what the drafter reads step by step; texts are the target's.
  @Test(arguments: FeatureSubject.Kind.recurrent)
  func chainsEndWhereAHeadExpectsARejection(_ kind: FeatureSubject.Kind) throws {
    let subject = try UnrolledAcceptanceSubject(kind)
    let requests = (0..<8).map {
      DecodingRequest(
        prompt: [Int32($0), 3, Int32(2 * $0)], maximumNewTokens: 24, sampling: .greedy,
        sequence: UInt64($0))
    }
    let plain = try Generator(
      model: CachedDecoder(subject.plain.target, on: subject.plain.backend, lines: 3, capacity: 60), seed: 5,
      endTokens: []
    ).run(requests)
    var lengths = Set<Int>()
    for (threshold, minimum) in [(0.5, 2), (0.7, 1), (0.8, 2), (0.9, 3)] {
      let outcome = try decoder(subject, threshold: threshold, minimum: minimum).run(requests)
      #expect(outcome.completions == plain)
      for (request, (completion, prompt)) in zip(requests, zip(outcome.completions, outcome.log.prompts)) {
        var text = request.prompt + [completion.tokens[0]]
        for cycle in prompt.cycles where !cycle.isCut {
          let wanted = length(subject, behind: text, threshold: threshold, minimum: minimum)
          #expect(cycle.drafted == wanted)
          lengths.insert(wanted)
          let written = text.count - request.prompt.count
          text += completion.tokens[written..<written + cycle.emitted]
        }
      }
    }
    #expect(lengths.count > 2, "\(lengths)")
  }

  private func decoder(
    _ subject: UnrolledAcceptanceSubject, threshold: Double, minimum: Int
  ) throws -> TreeSpeculativeDecoder {
    let (backend, target) = (subject.plain.backend, subject.plain.target)
    return try TreeSpeculativeDecoder(
      target: CachedDecoder(
        target, on: backend, lines: 3, capacity: 60, showing: subject.drafter.tappedLayers),
      drafter: FeatureDecoder(subject.drafter, on: backend, lines: 3, capacity: 60, showingOutputs: true),
      predictor: AcceptancePredictor(subject.head, on: backend),
      shape: .adaptive(
        AdaptiveChain(maximumLength: 6, minimumLength: minimum, rule: .rejection(above: threshold))),
      seed: 5, endTokens: [])
  }

  private func length(
    _ subject: UnrolledAcceptanceSubject, behind text: [Int32], threshold: Double, minimum: Int
  ) -> Int {
    let features = subject.read(text).features
    var (chain, log): ([Int32], Double) = ([], 0)
    for count in 1...6 {
      let draft = subject.draft(features, text, chain: chain)
      if count > 1 { log += subject.judge(draft.output)[1] }
      if count >= minimum, 1 - exp(log) > threshold { return count }
      let best = draft.logProbabilities.max() ?? 0
      chain.append(subject.draftTokens[draft.logProbabilities.firstIndex(of: best) ?? 0])
    }
    return 6
  }
}
