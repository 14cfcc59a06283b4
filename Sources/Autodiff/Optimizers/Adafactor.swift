internal import Foundation

/// Adam's scaling at a fraction of its memory: the second moment of a matrix is kept as one mean per row and one
/// per column.
///
/// ```
/// w = t^-0.8                                     (weight of the new gradient in the moments)
/// R += w (mean over columns of g² - R),  C += w (mean over rows of g² - C),  V = R C / mean(R)
/// V += w (g² - V)                                (parameters that are not matrices)
/// u = g / max(sqrt(V), epsilon1),  u = u / max(1, rms(u) / d)
/// p = p (1 - lr decay) - max(epsilon2, rms(p)) rho u,  rho = lr, or min(lr, 1/sqrt(t)) with `isStepRelative`
/// ```
/// State: `row_moment` and `column_moment` of each matrix, `second_moment` of everything else. No first moment.
///
/// Source: Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", ICML 2018,
/// algorithms 4 and 5, with the order of operations and the constants of `torch.optim.Adafactor`. Deviation:
/// PyTorch always caps rho at 1/sqrt(t); here that is an option, since the schedule already sets the rate.
package final class Adafactor: Optimizer {
  package static let name = "adafactor"

  /// What can be chosen, with PyTorch's constants.
  package struct Settings: CheckedSettings {
    /// Exponent of t in the weight of a new gradient; below 0.
    package var beta2Decay = -0.8
    /// Smallest root of a second moment; float32's unit roundoff, 2^-23.
    package var epsilon1 = Double(Float.ulpOfOne)
    /// Smallest root mean square of a parameter that its step is scaled by.
    package var epsilon2 = 1e-3
    /// Root mean square above which an update is scaled down, at least 1: the paper's d.
    package var clipThreshold = 1.0
    /// Whether a step is multiplied by the parameter's root mean square.
    package var scalesWithParameter = true
    /// Whether the rate is capped by 1/sqrt(t).
    package var isStepRelative = false

    /// The defaults.
    package init() {}

    package var problems: [SettingProblem] {
      var check = SettingCheck()
      check.expect("beta2_decay", beta2Decay, beta2Decay < 0 && beta2Decay.isFinite, "below 0")
      check.positive("epsilon1", epsilon1)
      check.positive("epsilon2", epsilon2)
      check.expect(
        "clip_threshold", clipThreshold, clipThreshold >= 1 && clipThreshold.isFinite, "at least 1")
      return check.problems
    }
  }

  private struct Part {
    let parameter: Parameter
    let gradient: Slot
    let moment: SecondMoment
    let decay: Double
    let rate: Double
  }

  private let backend: any Backend
  private let settings: Settings
  private let state: OptimizerState
  private let parts: [Part]

  /// Takes memory for rows + columns elements per trainable matrix, and as many as it has for anything else.
  ///
  /// - Parameter store: with all its parameters declared.
  package init(
    _ store: ParameterStore, on backend: any Backend, _ settings: Settings = Settings(), rule: ParameterRule
  ) {
    settings.expectNoProblems()
    let state = OptimizerState("adafactor state", on: backend)
    parts = store.parameters.compactMap { parameter in
      guard let gradient = parameter.gradient, parameter.shape.count > 0 else { return nil }
      return Part(
        parameter: parameter, gradient: gradient, moment: Self.moment(of: parameter, in: state),
        decay: rule.decay(of: parameter), rate: rule.rate(of: parameter))
    }
    state.reserve()
    self.backend = backend
    self.settings = settings
    self.state = state
  }

  private static func moment(of parameter: Parameter, in state: OptimizerState) -> SecondMoment {
    guard parameter.shape.rank == 2 else {
      return .full(state.add("second_moment", of: parameter, parameter.shape))
    }
    return .factored(
      rows: state.add("row_moment", of: parameter, [parameter.shape.rows]),
      columns: state.add("column_moment", of: parameter, [parameter.shape.columns]))
  }

  package var stateEntries: [StateEntry] { state.entries }

  package func step(learningRate: Double, gradientScale: Double) {
    let step = Double(state.advance())
    let weight = Float(pow(step, settings.beta2Decay))
    let rho = settings.isStepRelative ? min(learningRate, 1 / step.squareRoot()) : learningRate
    let clip = Float(gradientScale)
    for part in parts {
      let value = part.parameter.value
      let count = Double(value.count)
      var size = rho
      if settings.scalesWithParameter {
        size *= max(settings.epsilon2, (backend.sumOfSquares(value) / count).squareRoot())
      }
      let epsilon = Float(settings.epsilon1)
      backend.updateSecondMoment(part.moment, part.gradient, clip: clip, weight: weight)
      let squares = backend.adafactorSumOfSquares(part.gradient, part.moment, clip: clip, epsilon: epsilon)
      let excess = max(1, (squares / count).squareRoot() / settings.clipThreshold)
      backend.adafactor(
        value, part.gradient, part.moment, clip: clip, epsilon: epsilon,
        retention: Float(1 - learningRate * part.rate * part.decay),
        rate: Float(size * part.rate / excess))
    }
  }
}
