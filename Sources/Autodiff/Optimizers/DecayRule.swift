/// Which parameters weight decay pulls towards zero, and how hard.
///
/// Matrices decay; vectors (norm weights, biases) do not, because shrinking them changes scale and not complexity.
/// Embeddings are matrices, but a row that is never seen would only fade, so they can be exempted by name.
package struct DecayRule: Sendable, Hashable {
  /// Weight decay of those that decay, per step and unit of learning rate; 0 switches it off.
  package var strength: Double
  /// Whether parameters of rank 0 and 1 decay too.
  package var vectorsDecay: Bool
  /// Names of parameters that never decay.
  package var exempt: Set<String>

  /// Matrices but those in `exempt` decay with `strength`.
  package init(strength: Double, vectorsDecay: Bool = false, exempt: Set<String> = []) {
    precondition(strength >= 0, "weight decay cannot be \(strength)")
    self.strength = strength
    self.vectorsDecay = vectorsDecay
    self.exempt = exempt
  }

  /// Nothing decays.
  package static var none: DecayRule { DecayRule(strength: 0) }

  /// The weight decay of one parameter.
  package func decay(of parameter: Parameter) -> Double {
    guard vectorsDecay || parameter.shape.rank >= 2 else { return 0 }
    return exempt.contains(parameter.name) ? 0 : strength
  }
}
