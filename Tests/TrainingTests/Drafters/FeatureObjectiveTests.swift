import Autodiff
import Drafters
import Models
import Objectives
import TestSupport
import Testing

/// The losses of the EAGLE family against a naive twin, their gradients, and that drafters learn by them.
@Suite struct FeatureObjectiveTests {
  /// A planned step of one micro-batch.
  private struct Step {
    let subject: FeatureSubject
    let rows: UnrolledRows
    let executor: Executor
    let losses: FeatureObjective.Losses
    let outputs: [Tensor]

    init(_ subject: FeatureSubject, _ objective: FeatureObjective) {
      self.subject = subject
      rows = subject.rows(passCount: objective.passCount, objective.unrolling)
      var g = Graph()
      let (states, write) = subject.recordTarget(in: &g)
      let inputs = UnrolledInputs(
        batch: subject.batch, length: subject.length, passCount: objective.passCount,
        draftVocabulary: subject.drafter.draftVocabulary, in: &g)
      losses = objective.record(
        subject.drafter, inputs, states: states, targetHead: g.parameter(subject.target.head), in: &g)
      outputs = [states.final]
      let plan = Plan(
        g, outputs: losses.statistics + losses.stateDistances + outputs, training: true, on: subject.backend)
      executor = Executor(plan, on: subject.backend, mode: .checked)
      write(executor)
      let scales = objective.scales(
        countedRows: rows.passes.map(\.countedRows), rowCount: subject.batch * subject.length)
      inputs.write(rows, scales: scales.losses, stateScales: scales.states, to: executor)
    }

    /// The whole loss, as it is differentiated.
    func total(_ objective: FeatureObjective) -> Double {
      executor.forwardBackward(accumulating: false)
      let scales = objective.scales(
        countedRows: rows.passes.map(\.countedRows), rowCount: subject.batch * subject.length)
      var sum = 0.0
      for (tensor, scale) in zip(losses.statistics, scales.losses) {
        sum += Double(executor.read(tensor)[LossStatistic.loss.rawValue]) * Double(scale)
      }
      for (tensor, scale) in zip(losses.stateDistances, scales.states) {
        sum += Double(executor.read(tensor)[0]) * Double(scale)
      }
      return sum
    }
  }

  private static let objectives: [(FeatureSubject.Kind, FeatureObjective)] = [
    (.eagle, .eagle()), (.eagle, .eagle(passCount: 3)), (.eagle3, .trainingTimeTest(passCount: 4)),
    (.medusa, .medusa(headCount: 4)),
  ]

  /// Gradients through all passes where they flow, by differences along a random direction.
  @Test func gradientsOfTheTrainingTimeTestFlowThroughAllPasses() {
    let objective = FeatureObjective.trainingTimeTest(passCount: 4)
    let subject = FeatureSubject(.eagle3)
    let step = Step(subject, objective)
    let store = subject.drafter.store
    var numbers = TestNumbers("direction")
    for parameter in store.parameters where parameter.name.hasSuffix("weight") {
      _ = step.total(objective)
      let gradient = subject.backend.read(parameter.gradient ?? parameter.value)
      let direction = numbers.normals(gradient.count)
      let slope = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let values = store.read(parameter)
      func loss(_ step0: Float) -> Double {
        store.write(zip(values, direction).map { $0 + step0 * $1 }, to: parameter)
        return step.total(objective)
      }
      func difference(_ size: Float) -> Double { (loss(size) - loss(-size)) / (2 * Double(size)) }
      // Of two steps, so that the error of the larger one's square goes (Richardson).
      let wanted = (4 * difference(1e-3) - difference(2e-3)) / 3
      store.write(values, to: parameter)
      #expect(abs(wanted - slope) < 2e-3 * abs(slope) + 5e-4, "\(parameter.name)")
    }
  }

  /// HASS takes the states of a pass as given: the gradient of the second pass's loss is that of a graph into which these
  /// states are fed as numbers.
  @Test func alongTheTextNothingFlowsFromPassToPass() {
    let subject = FeatureSubject(.eagle)
    let rows = subject.rows(passCount: 2, .diagonal)
    let scales: [Float] = [0, 0.07]
    var mix = LossMix()
    mix.forwardKL = 1

    func gradient(feeding fed: [Float]?) -> (gradient: [Float], states: [Float]) {
      var g = Graph()
      let (states, write) = subject.recordTarget(in: &g)
      let inputs = UnrolledInputs(batch: subject.batch, length: subject.length, passCount: 2, in: &g)
      let objective = FeatureObjective(unrolling: .diagonal, passCount: 2, stateWeight: 0, mix: mix)
      let shown: Tensor
      var given: Tensor?
      if fed == nil {
        let passes = objective.unroll(subject.drafter, inputs, states: states, in: &g)
        shown = passes[0].states
        record(passes[1], inputs.passes[1], states, in: &g)
      } else {
        let first = subject.recurrent.pass(
          states: states.final, tokens: inputs.passes[0].tokens, positions: inputs.passes[0].positions,
          .packed(batch: subject.batch, length: subject.length, mask: inputs.passes[0].mask), in: &g)
        shown = first.states
        let input = g.input([subject.batch * subject.length, subject.drafter.stateSize])
        given = input
        let second = subject.recurrent.pass(
          states: input, tokens: inputs.passes[1].tokens, positions: inputs.passes[1].positions,
          .unrolled(
            batch: subject.batch, length: subject.length, mask: inputs.passes[1].mask,
            earlier: [first.projections].compactMap { $0 }), in: &g)
        record(second, inputs.passes[1], states, in: &g)
      }
      let plan = Plan(g, outputs: [shown, states.final], training: true, on: subject.backend)
      let executor = Executor(plan, on: subject.backend)
      write(executor)
      inputs.write(rows, scales: scales, stateScales: [0, 0], to: executor)
      if let given, let fed { executor.write(fed, to: given) }
      executor.forwardBackward(accumulating: false)
      return (
        subject.backend.read(subject.drafter.store.gradientSlab),
        executor.read(shown) + executor.read(states.final)
      )
    }

    func record(
      _ pass: DrafterPass, _ rows: UnrolledInputs.Pass, _ states: LanguageModel.States, in g: inout Graph
    ) {
      _ = g.headDistillation(
        pass.output, g.parameter(subject.recurrent.head), labels: rows.labels, scale: rows.scale,
        teacherHidden: g.embedding(states.final, ids: rows.teacherRows),
        teacherHead: g.parameter(subject.target.head), mix: mix)
    }

    let own = gradient(feeding: nil)
    let width = subject.drafter.stateSize
    let fed = rows.previousRows.flatMap { own.states[Int($0) * width..<(Int($0) + 1) * width] }
    let other = gradient(feeding: fed)
    let largest = own.gradient.map(abs).max() ?? 0
    #expect(largest > 1e-3)
    #expect(zip(own.gradient, other.gradient).allSatisfy { abs($0 - $1) < 1e-5 * largest })
  }

  /// A head of a part of the vocabulary: the target is renormalised over it, rows whose likeliest token it lacks drop out.
  @Test func aDraftVocabularyIsRenormalisedAndDropsRows() throws {
    let vocabulary = try DraftVocabulary(targetIDs: [0, 2, 3, 7, 11, 12, 20, 28], targetSize: 29)
    let subject = FeatureSubject(.eagle3, draftVocabulary: vocabulary)
    let objective = FeatureObjective.trainingTimeTest(passCount: 2)
    let step = Step(subject, objective)
    _ = step.total(objective)
    let final = step.executor.read(step.outputs[0])
    let (width, head) = (24, subject.target.store.read(subject.target.head).map(Double.init))
    for (pass, losses) in zip(step.rows.passes, step.losses.statistics) {
      var kept = 0
      for row in pass.teacherRows where row >= 0 {
        let hidden = final[Int(row) * width..<(Int(row) + 1) * width].map(Double.init)
        let logits = (0..<29).map { token in
          zip(hidden, head[token * width..<(token + 1) * width]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let best = logits.max().flatMap { logits.firstIndex(of: $0) } ?? 0
        if vocabulary.targetIDs.contains(Int32(best)) { kept += 1 }
      }
      let statistics = step.executor.read(losses)
      #expect(Int(statistics[LossStatistic.rows.rawValue]) == kept)
      #expect(kept > 0 && kept < pass.countedRows)
      #expect(statistics[LossStatistic.loss.rawValue] >= 0)
    }
  }

  @Test(arguments: objectives.indices) func draftersLearn(_ index: Int) {
    let (kind, objective) = Self.objectives[index]
    let subject = FeatureSubject(kind)
    let step = Step(subject, objective)
    var settings = AdamW.Settings()
    settings.beta2 = 0.95
    let optimizer = OptimizerSettings.adamW(settings).makeOptimizer(
      subject.drafter.store, on: subject.backend, rule: ParameterRule(strength: 0))
    let before = step.total(objective)
    for _ in 0..<80 {
      _ = step.total(objective)
      optimizer.step(learningRate: 5e-3, gradientScale: 1)
    }
    let after = step.total(objective)
    #expect(after < 0.6 * before, "\(before) to \(after)")
    #expect(subject.target.store.parameters.allSatisfy { $0.gradient == nil })
  }
}
