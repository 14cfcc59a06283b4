/// Keeps one bad batch from throwing the weights far away.
package enum GradientClipping: Sendable, Hashable {
  case none
  /// All gradients are scaled together so that their norm is at most this.
  case globalNorm(Double)
  /// Every element is clamped to this distance from zero, where it stands.
  case value(Double)

  /// Measures the gradients of a store, once all micro-batches are in, and clips them.
  ///
  /// Value clipping changes the gradients; global-norm clipping leaves them as they are and returns the factor,
  /// which the optimizer folds into its sweep.
  ///
  /// ```
  /// factor = min(1, limit / (norm + 1e-6))
  /// ```
  /// Source: Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013, with the
  /// constant of `torch.nn.utils.clip_grad_norm_`.
  package func apply(to store: ParameterStore, on backend: any Backend) -> GradientReport {
    let norm = backend.sumOfSquares(store.gradientSlab).squareRoot()
    switch self {
    case .none:
      return GradientReport(norm: norm, factor: 1)
    case .globalNorm(let limit):
      precondition(limit > 0, "gradients cannot be clipped to the norm \(limit)")
      // A NaN stays one: `min` would answer 1 and hide it.
      let factor = limit / (norm + 1e-6)
      return GradientReport(norm: norm, factor: factor >= 1 ? 1 : factor)
    case .value(let limit):
      precondition(limit > 0, "gradients cannot be clipped to the value \(limit)")
      if norm.isFinite { backend.clamp(store.gradientSlab, to: Float(limit)) }
      return GradientReport(norm: norm, factor: 1)
    }
  }
}

/// What clipping found.
package struct GradientReport: Sendable, Hashable {
  /// Euclidean norm of all gradients before clipping. NaN or infinite if any of them is.
  package let norm: Double
  /// What the optimizer multiplies gradients by; of no use unless `isFinite`.
  package let factor: Double

  /// Whether the step can be made. The policy for steps that cannot is the trainer's.
  package var isFinite: Bool { norm.isFinite }
}
