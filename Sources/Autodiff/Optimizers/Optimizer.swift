/// Turns gradients into new weights, one step at a time, over the slabs of a `ParameterStore`.
///
/// Memory for the state is taken when the optimizer is made; a step takes none. The state is plain data: whoever
/// reads all `stateEntries` and writes them back into a fresh optimizer of the same settings over the same
/// parameters continues with the same bits. Not `Sendable`: it owns memory through its backend.
package protocol Optimizer: AnyObject {
  /// The name in recipes.
  static var name: String { get }

  /// Everything that must outlive a restart, the step counter included, in a fixed order. Names are unique.
  var stateEntries: [StateEntry] { get }

  /// Changes every trainable parameter by its gradient, once.
  ///
  /// - Parameters:
  ///   - learningRate: of this step, the schedule's multiplier included.
  ///   - gradientScale: what gradients are multiplied by as they are read: `GradientReport.factor`. A value that
  ///     is not finite spoils the weights; skip the step instead.
  func step(learningRate: Double, gradientScale: Double)
}

/// A named float32 array of an optimizer's state and where it lives.
package struct StateEntry: Sendable, Hashable {
  /// `step`, or the parameter's name and the role: `layers.0.attention.query.weight.first_moment`.
  package let name: String
  /// Extents; a counter is a scalar.
  package let shape: Shape
  /// Where the values live, for `MemoryBackend.read` and `write`.
  package let slot: Slot
}
