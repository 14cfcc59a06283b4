package import Autodiff
package import Drafters
package import Models

/// What drafters that read hidden states learn, as one family of losses:
///
///     loss = sum over passes s of decay^s [ stateWeight · mean smoothL1(state, target's next state)
///                                           + mean mix(target's distribution, drafter's) ]
///
/// - EAGLE: one pass, states 1, soft cross entropy 0.1.
/// - HASS: three passes along the text, whose states are taken as given from pass to pass; in its second stage the
///   cross entropy over the target's ten likeliest tokens besides (`LossMix.topKCrossEntropy`).
/// - EAGLE-3's training-time test: seven passes in place, gradients through all of them, no distance of states,
///   decay 0.8; a draft vocabulary's distribution is renormalised, and rows whose likeliest token it lacks do not count.
/// - Medusa: a pass for each head, decay 0.8, the cross entropy with the text. The paper's weights 0.8^k of heads counted
///   from 1 are these by a factor.
///
/// Means are over the rows that count, in the whole step, those that a draft vocabulary drops among them. Upstream divides
/// by all rows (EAGLE-3), multiplies scores by masks of 0 and 1 instead of leaving keys out (HASS) and leaves the mask where
/// it was when labels move; none of that is done here but by `quirks`. Cross entropy against the target's distribution and
/// KL divergence have one gradient; the number that is shown is the divergence.
///
/// Sources: Li et al., "EAGLE", 2024; Zhang et al., "HASS", 2025; Li et al., "EAGLE-3", 2025; Cai et al., "Medusa", 2024.
package struct FeatureObjective: Sendable {
  /// How passes after the first read the drafter's own states.
  package var unrolling: VisibleKeys.Unrolling
  package var passCount: Int
  /// Weight of the distance between states; 0 leaves it out.
  package var stateWeight: Float
  /// The loss between distributions with its weight.
  package var mix: LossMix
  /// Pass s counts decay^s.
  package var decay: Float
  /// Noise on the target's states that the drafter reads; nil for none.
  package var noise: StateNoise?
  /// What upstream's code does beside the papers that is done here as well; nothing unless said.
  package var quirks: UpstreamQuirks = []

  /// An objective by its parts.
  package init(
    unrolling: VisibleKeys.Unrolling, passCount: Int, stateWeight: Float, mix: LossMix, decay: Float = 1
  ) {
    precondition(passCount > 0, "an objective without passes")
    (self.unrolling, self.passCount, self.stateWeight) = (unrolling, passCount, stateWeight)
    (self.mix, self.decay) = (mix, decay)
  }

  /// EAGLE's, with one pass; HASS's with three.
  package static func eagle(passCount: Int = 1) -> FeatureObjective {
    var mix = LossMix()
    mix.forwardKL = 0.1
    return FeatureObjective(unrolling: .diagonal, passCount: passCount, stateWeight: 1, mix: mix)
  }

  /// EAGLE-3's training-time test.
  package static func trainingTimeTest(passCount: Int = 7, decay: Float = 0.8) -> FeatureObjective {
    var mix = LossMix()
    mix.forwardKL = 1
    return FeatureObjective(unrolling: .sameRow, passCount: passCount, stateWeight: 0, mix: mix, decay: decay)
  }

  /// Medusa's, whose heads are the passes: the cross entropy of each with what the text has there.
  package static func medusa(headCount: Int, decay: Float = 0.8) -> FeatureObjective {
    var mix = LossMix()
    mix.crossEntropy = 1
    return FeatureObjective(
      unrolling: .sameRow, passCount: headCount, stateWeight: 0, mix: mix, decay: decay)
  }

  /// What a drafter's paper trains it by.
  package init(for drafter: any FeatureDrafter) {
    self =
      switch drafter.unrolling {
      case _ where drafter is MedusaDrafter: .medusa(headCount: drafter.heads.count)
      case .diagonal: .eagle()
      case .sameRow: .trainingTimeTest()
      }
  }

  /// The losses of a micro-batch, pass by pass.
  package struct Losses: Sendable {
    /// Sums of `LossStatistic` of each pass.
    package let statistics: [Tensor]
    /// The summed distance between states of each pass, [1]; empty where it is left out.
    package let stateDistances: [Tensor]
  }

  /// Records the passes over what the target, frozen, has read, and their losses.
  ///
  /// - Parameters:
  ///   - states: of the target, over the same rows.
  ///   - targetHead: the target's, [vocabulary, hidden].
  package func record(
    _ drafter: any FeatureDrafter, _ inputs: UnrolledInputs, states: LanguageModel.States,
    targetHead: Tensor, in g: inout Graph
  ) -> Losses {
    var (statistics, distances): ([Tensor], [Tensor]) = ([], [])
    let teacher = Teacher(inputs, states, targetHead, in: &g)
    let passes = unroll(drafter, inputs, states: states, in: &g)
    for (number, (rows, pass)) in zip(inputs.passes, passes).enumerated() {
      let head = g.parameter(drafter.head(of: number))
      let labels = teacher.labels(of: rows, in: &g)
      guard mix != .crossEntropyOnly || stateWeight > 0 else {
        statistics.append(g.headCrossEntropy(pass.output, head, labels: labels, scale: rows.scale))
        continue
      }
      let wanted = g.embedding(states.final, ids: rows.teacherRows)
      statistics.append(
        g.headDistillation(
          pass.output, head, labels: labels, scale: rows.scale, teacherHidden: wanted,
          teacherHead: teacher.head, mix: mix))
      guard stateWeight > 0 else { continue }
      distances.append(
        g.smoothL1Loss(pass.states, target: wanted, labels: rows.labels, scale: rows.stateScale))
    }
    return Losses(statistics: statistics, stateDistances: distances)
  }

  /// The target as far as the drafter's head can follow it.
  private struct Teacher {
    /// Rows of the target's head, those of the draft vocabulary where there is one.
    let head: Tensor
    /// For each row of the text the place in the draft vocabulary of the target's likeliest next token, -1 where that
    /// is not in it; nil without a draft vocabulary.
    private let choices: Tensor?

    init(
      _ inputs: UnrolledInputs, _ states: LanguageModel.States, _ targetHead: Tensor, in g: inout Graph
    ) {
      guard let vocabulary = inputs.vocabulary else {
        (head, choices) = (targetHead, nil)
        return
      }
      head = g.embedding(targetHead, ids: vocabulary.targetIDs)
      choices = g.headChoice(states.final, targetHead, places: vocabulary.places)
    }

    /// The labels of a pass; with a draft vocabulary those of rows whose likeliest token it has.
    func labels(of rows: UnrolledInputs.Pass, in g: inout Graph) -> Tensor {
      choices.map { g.pickIntegers($0, ids: rows.teacherRows) } ?? rows.labels
    }
  }

  /// Records the passes alone.
  package func unroll(
    _ drafter: any FeatureDrafter, _ inputs: UnrolledInputs, states: LanguageModel.States, in g: inout Graph
  ) -> [DrafterPass] {
    precondition(inputs.passes.count == passCount, "\(inputs.passes.count) passes, not \(passCount)")
    var current = drafter.states(of: states, in: &g)
    if let noise, let amplitudes = inputs.noise {
      current = g.addUniformNoise(
        current, amplitudes: amplitudes.rows, step: amplitudes.step, seed: noise.seed)
    }
    var passes = UnrolledPasses(drafter, inputs, states: current)
    for _ in 0..<passCount { passes.advance(unrolling, in: &g) }
    return passes.made
  }

  /// What the losses of each pass are multiplied by in a step.
  ///
  /// - Parameters:
  ///   - countedRows: of each pass, in the whole step.
  ///   - rowCount: all of them, padding included.
  package func scales(countedRows: [Int], rowCount: Int) -> (losses: [Float], states: [Float]) {
    var weight: Float = 1
    let losses = countedRows.map { count -> Float in
      defer { weight *= decay }
      return weight / Float(max(quirks.contains(.meanOverAllRows) ? rowCount : count, 1))
    }
    return (losses, losses.map { stateWeight * $0 })
  }
}
