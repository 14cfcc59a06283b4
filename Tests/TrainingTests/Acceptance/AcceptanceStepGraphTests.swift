import Autodiff
import DraftData
import Drafters
import Models
import Objectives
import Randomness
import TestSupport
import Testing
import Training

/// The steps that train an acceptance head, against the method written out.
@Suite struct AcceptanceStepGraphTests {
  private func graph(
    _ subject: AcceptanceSubject, _ objective: AcceptanceObjective, batch: Int
  ) -> AcceptanceStepGraph {
    AcceptanceStepGraph(
      drafter: subject.drafter, head: subject.head, target: subject.target, objective: objective,
      batch: batch, length: 32, on: subject.backend, mode: .checked)
  }

  /// Each place of a document, the head's verdict at the drafted token itself, labels and weights: all without packing.
  private func twin(
    _ subject: AcceptanceSubject, _ batch: Batch, _ objective: AcceptanceObjective, step: UInt64
  ) -> (loss: Double, drafted: Int, acceptance: Double) {
    let draws = Philox(seed: objective.seed, purpose: .acceptance)
    var (sum, weight, drafted, acceptance) = (0.0, 0.0, 0, 0.0)
    for span in batch.spans {
      let text = Array(batch.tokens[span.row..<span.row + span.count])
      let (q, p) = (subject.read(subject.drafter, text), subject.read(subject.target, text))
      var labels = AcceptanceLabels(tokens: text)
      for place in 1..<max(1, text.count) where batch.labels[span.row + place - 1] >= 0 {
        let row = UInt64(span.row + place)
        guard draws.uniform(step: step, index: 2 * row) >= objective.keptShare else { continue }
        labels.draft(
          row: place, draft: q.logProbabilities[place - 1][...], target: p.logProbabilities[place - 1][...],
          isGreedy: objective.temperature == 0, uniform: draws.uniform(step: step, index: 2 * row + 1))
      }
      let states = subject.read(subject.drafter, labels.tokens).states
      for place in text.indices where labels.isDrafted[place] {
        let (a, said) = (Double(labels.acceptance[place]), subject.judge(states[place]))
        let reject = Double(objective.rejectWeight) * (1 - a)
        sum -= reject * said[0] + a * said[1]
        weight += reject + a
        drafted += 1
        acceptance += a
      }
    }
    return (sum / weight, drafted, acceptance / Double(drafted))
  }

  @Test(arguments: [1.0, 0.0], [false, true])
  func lossesAreThoseOfTheMethod(temperature: Double, sharesBlock: Bool) throws {
    let subject = AcceptanceSubject(sharesBlock: sharesBlock)
    let objective = AcceptanceObjective(keptShare: 0.3, temperature: temperature, seed: 9)
    let batch = try packedBatch(4)
    let totals = graph(subject, objective, batch: 4).run([batch], number: 3)
    let wanted = twin(subject, batch, objective, step: 3)
    #expect(wanted.drafted > 30 && totals.tokens == wanted.drafted)
    #expect(abs(totals.mean(.loss) - wanted.loss) < 1e-4 * wanted.loss)
    #expect(abs(totals.mean(.overlap) - wanted.acceptance) < 1e-4)
    #expect(wanted.acceptance > 0 && wanted.acceptance < 1)
  }

  /// The share of places that keep their token is no more than is asked for, and the draws change from step to step.
  @Test func drawsAreThoseOfTheStep() throws {
    let subject = AcceptanceSubject()
    let batch = try packedBatch(4)
    let all = graph(subject, AcceptanceObjective(keptShare: 0, seed: 9), batch: 4)
    let some = graph(subject, AcceptanceObjective(keptShare: 0.5, seed: 9), batch: 4)
    let (whole, half) = (all.run([batch], number: 0).tokens, some.run([batch], number: 0).tokens)
    #expect(half > whole / 4 && half < 3 * whole / 4)
    #expect(all.run([batch], number: 0) == all.run([batch], number: 0))
    #expect(all.run([batch], number: 0) != all.run([batch], number: 1))
  }

  @Test func headsLearnTheDrafterStaysAndAStepTakesNoMemory() throws {
    let subject = AcceptanceSubject(threads: 2)
    let before = subject.drafter.store.read(subject.drafter.head)
    try expectLearning(
      graph(subject, AcceptanceObjective(temperature: 0, seed: 1), batch: 2), subject.head,
      on: subject.backend)
    #expect(subject.drafter.store.read(subject.drafter.head) == before)
  }

  /// Of micro-batches that make one step the mean is over all their drafts. Draws are by micro-batch, so that the parts here
  /// are the same batch twice.
  @Test func theMeanIsOverTheWholeStep() throws {
    let subject = AcceptanceSubject()
    let graph = graph(subject, AcceptanceObjective(keptShare: 0, temperature: 0), batch: 4)
    let batch = try packedBatch(4)
    let once = graph.run([batch], number: 0)
    let gradient = subject.backend.read(subject.head.store.gradientSlab)
    let twice = graph.run([batch, batch], number: 0)
    #expect(twice.tokens == 2 * once.tokens && abs(twice.mean(.loss) - once.mean(.loss)) < 1e-5)
    let other = subject.backend.read(subject.head.store.gradientSlab)
    #expect(zip(gradient, other).allSatisfy { abs($0 - $1) < 1e-5 })
  }
}
