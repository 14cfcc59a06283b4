/// How a parameter gets its first values.
package enum Initializer: Sendable, Hashable {
  /// Normal with the given standard deviation.
  case normal(standardDeviation: Float)
  case constant(Float)
  /// Must be loaded: born NaN, so that a missed load cannot hide.
  case loaded
}

/// A named array of weights and where it lives.
package struct Parameter: Sendable, Hashable {
  /// Dotted: `layers.0.attention.query.weight`.
  package let name: String
  package let shape: Shape
  package let initializer: Initializer
  /// How the values are stored.
  package let element: ElementType
  /// Where the values live.
  package let value: Slot
  /// Where the gradient lives; nil for a frozen parameter.
  package let gradient: Slot?

  /// Whether an optimizer may change it.
  package var isTrainable: Bool { gradient != nil }
}
