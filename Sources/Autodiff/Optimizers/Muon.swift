/// Momentum whose update is made orthogonal, for hidden matrices; everything else is left to AdamW.
///
/// ```
/// b = momentum b + (1 - momentum) g
/// u = (1 - momentum) g + momentum b   with Nesterov, else b
/// p = p (1 - lr decay) - lr scale(rows, columns) orthogonal(u)
/// ```
/// with `NewtonSchulz` for orthogonal(u). State: `momentum` of each hidden matrix, and what AdamW keeps of the rest;
/// `step` is AdamW's.
///
/// Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024; Liu et al., "Muon is
/// Scalable for LLM Training", 2025 (arXiv 2502.16982), for `matchRMSOfAdamW`; the order of operations of
/// `torch.optim.Muon`. Deviation: float32 throughout.
package final class Muon: Optimizer {
  package static let name = "muon"

  /// What an update of a matrix [rows, columns] is multiplied by beside the learning rate.
  package enum Scale: String, Sendable, Hashable, CaseIterable {
    /// sqrt(max(1, rows / columns)).
    case original
    /// 0.2 sqrt(max(rows, columns)): updates as large as AdamW's, so that its learning rate can be kept.
    case matchRMSOfAdamW = "match_rms_adamw"

    /// The factor for one matrix.
    package func factor(rows: Int, columns: Int) -> Double {
      switch self {
      case .original: max(1, Double(rows) / Double(columns)).squareRoot()
      case .matchRMSOfAdamW: 0.2 * Double(max(rows, columns)).squareRoot()
      }
    }
  }

  /// What can be chosen, with PyTorch's defaults.
  package struct Settings: CheckedSettings {
    package var momentum = 0.95
    package var isNesterov = true
    package var scale = Scale.original
    /// Of the parameters that are not hidden matrices.
    package var adamW = AdamW.Settings()
    /// AdamW's learning rate divided by Muon's. 1 suits `matchRMSOfAdamW`.
    package var adamWRateRatio = 1.0
    /// Names of matrices that AdamW takes too: embeddings and the head.
    package var notHidden: Set<String> = []

    /// The defaults.
    package init() {}

    package var problems: [SettingProblem] {
      var check = SettingCheck()
      check.fraction("momentum", momentum)
      check.atLeastZero("adamw_rate_ratio", adamWRateRatio)
      return check.problems + adamW.problems
    }
  }

  private struct Part {
    let parameter: Parameter
    let gradient: Slot
    let momentum: Slot
    let decay: Double
    let rate: Double
  }

  private let backend: any Backend
  private let settings: Settings
  private let state: OptimizerState
  private let parts: [Part]
  private let rest: AdamW
  private let scratch: (update: Slot, spare: Slot, gram: Slot, polynomial: Slot)

  /// Takes memory for one momentum per weight of a hidden matrix, four matrices of scratch, and AdamW's.
  ///
  /// - Parameter store: with all its parameters declared.
  package init(
    _ store: ParameterStore, on backend: any Backend, _ settings: Settings = Settings(), rule: ParameterRule
  ) {
    settings.expectNoProblems()
    let isHidden = { (parameter: Parameter) in
      parameter.shape.rank == 2 && !settings.notHidden.contains(parameter.name)
    }
    rest = AdamW(
      store.parameters.filter { !isHidden($0) }, on: backend, settings.adamW, rule: rule)
    let state = OptimizerState("muon state", on: backend)
    parts = store.parameters.compactMap { parameter in
      guard let gradient = parameter.gradient, parameter.shape.count > 0, isHidden(parameter) else {
        return nil
      }
      return Part(
        parameter: parameter, gradient: gradient,
        momentum: state.add("momentum", of: parameter, parameter.shape), decay: rule.decay(of: parameter),
        rate: rule.rate(of: parameter))
    }
    let largest = parts.map(\.parameter.shape.count).max() ?? 0
    let side = parts.map { min($0.parameter.shape.rows, $0.parameter.shape.columns) }.max() ?? 0
    scratch = (
      state.scratch(largest), state.scratch(largest), state.scratch(side * side), state.scratch(side * side)
    )
    state.reserve()
    self.backend = backend
    self.settings = settings
    self.state = state
  }

  package var stateEntries: [StateEntry] { rest.stateEntries + state.entries.dropFirst() }

  package func step(learningRate: Double, gradientScale: Double) {
    for part in parts { step(part, learningRate * part.rate, gradientScale) }
    rest.step(learningRate: learningRate * settings.adamWRateRatio, gradientScale: gradientScale)
  }

  private func step(_ part: Part, _ learningRate: Double, _ gradientScale: Double) {
    let shape = part.parameter.shape
    let momentum = Float(settings.momentum)
    let fresh = Float((1 - settings.momentum) * gradientScale)
    let update = scratch.update.part(0, shape.count)
    backend.scale(part.momentum, by: momentum, into: part.momentum, .overwrite)
    backend.scale(part.gradient, by: fresh, into: part.momentum, .accumulate)
    if settings.isNesterov {
      backend.scale(part.gradient, by: fresh, into: update, .overwrite)
      backend.scale(part.momentum, by: momentum, into: update, .accumulate)
    } else {
      backend.scale(part.momentum, by: 1, into: update, .overwrite)
    }
    let side = min(shape.rows, shape.columns)
    let orthogonal = NewtonSchulz().orthogonalize(
      update, rows: shape.rows, columns: shape.columns,
      NewtonSchulz.Scratch(
        spare: scratch.spare.part(0, shape.count), gram: scratch.gram.part(0, side * side),
        polynomial: scratch.polynomial.part(0, side * side)),
      on: backend)
    let value = part.parameter.value
    if part.decay > 0 {
      backend.scale(value, by: Float(1 - learningRate * part.decay), into: value, .overwrite)
    }
    let factor = settings.scale.factor(rows: shape.rows, columns: shape.columns)
    backend.scale(orthogonal, by: Float(-learningRate * factor), into: value, .accumulate)
  }
}
