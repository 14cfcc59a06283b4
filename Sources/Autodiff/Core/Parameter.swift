/// How a parameter gets its first values.
public enum Initializer: Sendable, Hashable {
  /// Normal with the given standard deviation.
  case normal(standardDeviation: Float)
  case constant(Float)
  /// Must be loaded: born NaN, so that a missed load cannot hide.
  case loaded
}

/// A named array of weights and where it lives.
public struct Parameter: Sendable, Hashable {
  /// Dotted: `layers.0.attention.query.weight`.
  public let name: String
  public let shape: Shape
  public let initializer: Initializer
  /// Where the values live.
  public let value: Slot
  /// Where the gradient lives; nil for a frozen parameter.
  public let gradient: Slot?

  /// Whether an optimizer may change it.
  public var isTrainable: Bool { gradient != nil }
}
