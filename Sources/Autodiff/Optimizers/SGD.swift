/// Stochastic gradient descent, with momentum and Nesterov's look-ahead if wanted.
///
/// ```
/// g = g + decay p,  b = momentum b + (1 - dampening) g   (b = g at the first step)
/// p = p - lr b                    or, with Nesterov,     p = p - lr (g + momentum b)
/// ```
/// State: `momentum` like each parameter, unless momentum is 0.
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013, in the
/// form of `torch.optim.SGD`. Weight decay is coupled: it enters the momentum.
package final class SGD: Optimizer {
  package static let name = "sgd"

  /// What can be chosen, with PyTorch's defaults.
  package struct Settings: CheckedSettings {
    package var momentum = 0.0
    /// How much of each gradient is kept out of the momentum.
    package var dampening = 0.0
    /// Needs momentum and no dampening.
    package var isNesterov = false

    /// The defaults.
    package init() {}

    package var problems: [SettingProblem] {
      var check = SettingCheck()
      check.fraction("momentum", momentum)
      check.expect("dampening", dampening, dampening >= 0 && dampening <= 1, "at least 0 and at most 1")
      if isNesterov {
        check.expect("momentum", momentum, momentum > 0, "above 0 with nesterov")
        check.expect("dampening", dampening, dampening == 0, "0 with nesterov")
      }
      return check.problems
    }
  }

  private let backend: any Backend
  private let settings: Settings
  private let state: ElementwiseState

  /// Takes memory for one buffer per trainable weight, none without momentum.
  ///
  /// - Parameter store: with all its parameters declared.
  package init(
    _ store: ParameterStore, on backend: any Backend, _ settings: Settings = Settings(), rule: ParameterRule
  ) {
    settings.expectNoProblems()
    self.backend = backend
    self.settings = settings
    state = ElementwiseState(
      Self.name, roles: settings.momentum > 0 ? ["momentum"] : [], beside: store.parameters, on: backend,
      rule: rule)
  }

  package var stateEntries: [StateEntry] { state.entries }

  package func step(learningRate: Double, gradientScale: Double) {
    let isFirst = state.advance() == 1
    var sweep = SGDSweep(
      learningRate: Float(learningRate), momentum: Float(settings.momentum),
      dampening: Float(settings.dampening), decay: 0, isNesterov: settings.isNesterov, isFirst: isFirst)
    for part in state.parts {
      sweep.decay = Float(part.run.decay)
      sweep.learningRate = Float(learningRate * part.run.rate)
      backend.sgd(
        part.run.value, part.run.gradient, buffer: part.arrays.first, clip: Float(gradientScale), sweep)
    }
  }
}
