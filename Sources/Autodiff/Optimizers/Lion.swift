/// Sign of an interpolated momentum: every weight moves by the same distance.
///
/// ```
/// u = sign(b1 m + (1 - b1) g),  p = p - lr (u + decay p),  m = b2 m + (1 - b2) g
/// ```
/// State: `momentum` like each parameter. Wants a learning rate 3 to 10 times smaller than AdamW's and a weight
/// decay as many times larger.
///
/// Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023, algorithm 2.
package final class Lion: Optimizer {
  package static let name = "lion"

  /// What can be chosen, with the paper's defaults.
  package struct Settings: CheckedSettings {
    /// Of the interpolation whose sign is taken.
    package var beta1 = 0.9
    /// Of the momentum that is kept.
    package var beta2 = 0.99

    /// The defaults.
    package init() {}

    package var problems: [SettingProblem] {
      var check = SettingCheck()
      check.fraction("beta1", beta1)
      check.fraction("beta2", beta2)
      return check.problems
    }
  }

  private let backend: any Backend
  private let settings: Settings
  private let state: ElementwiseState

  /// Takes memory for one momentum per trainable weight.
  ///
  /// - Parameter store: with all its parameters declared.
  package init(
    _ store: ParameterStore, on backend: any Backend, _ settings: Settings = Settings(), rule: ParameterRule
  ) {
    settings.expectNoProblems()
    self.backend = backend
    self.settings = settings
    state = ElementwiseState(
      Self.name, roles: ["momentum"], beside: store.parameters, on: backend, rule: rule)
  }

  package var stateEntries: [StateEntry] { state.entries }

  package func step(learningRate: Double, gradientScale: Double) {
    _ = state.advance()
    var sweep = LionSweep(
      learningRate: Float(learningRate), beta1: Float(settings.beta1), beta2: Float(settings.beta2), decay: 0)
    for part in state.parts {
      sweep.decay = Float(part.run.decay)
      sweep.learningRate = Float(learningRate * part.run.rate)
      backend.lion(part.run.value, part.run.gradient, m: part.arrays[0], clip: Float(gradientScale), sweep)
    }
  }
}
