internal import Foundation

/// Adam with decoupled weight decay.
///
/// ```
/// m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g²
/// p = p (1 - lr decay) - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
/// ```
/// State: `first_moment` and `second_moment` like each parameter.
///
/// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2, in the order of
/// operations of `torch.optim.AdamW`; corrections in double precision.
package final class AdamW: Optimizer {
  package static let name = "adamw"

  /// What can be chosen, with PyTorch's defaults.
  package struct Settings: CheckedSettings {
    package var beta1 = 0.9
    package var beta2 = 0.999
    /// Added to the root of the second moment.
    package var epsilon = 1e-8

    /// The defaults.
    package init() {}

    package var problems: [SettingProblem] {
      var check = SettingCheck()
      check.fraction("beta1", beta1)
      check.fraction("beta2", beta2)
      check.positive("epsilon", epsilon)
      return check.problems
    }
  }

  private let backend: any Backend
  private let settings: Settings
  private let state: ElementwiseState

  /// Takes memory for two moments per trainable weight.
  ///
  /// - Parameter store: with all its parameters declared.
  package convenience init(
    _ store: ParameterStore, on backend: any Backend, _ settings: Settings = Settings(), rule: ParameterRule
  ) {
    self.init(store.parameters, on: backend, settings, rule: rule)
  }

  /// The same over some of a store's parameters, in the store's order.
  init(_ parameters: [Parameter], on backend: any Backend, _ settings: Settings, rule: ParameterRule) {
    settings.expectNoProblems()
    self.backend = backend
    self.settings = settings
    state = ElementwiseState(
      Self.name, roles: ["first_moment", "second_moment"], beside: parameters, on: backend, rule: rule)
  }

  package var stateEntries: [StateEntry] { state.entries }

  package func step(learningRate: Double, gradientScale: Double) {
    let step = Double(state.advance())
    var sweep = AdamWSweep(
      learningRate: Float(learningRate), beta1: Float(settings.beta1), beta2: Float(settings.beta2),
      epsilon: Float(settings.epsilon), decay: 0,
      correction1: Float(1 / (1 - pow(settings.beta1, step))),
      correction2: Float(1 / (1 - pow(settings.beta2, step))))
    for part in state.parts {
      sweep.decay = Float(part.run.decay)
      sweep.learningRate = Float(learningRate * part.run.rate)
      backend.adamW(
        part.run.value, part.run.gradient, m: part.arrays[0], v: part.arrays[1], clip: Float(gradientScale),
        sweep)
    }
  }
}
