/// How single parameters are treated: how hard weight decay pulls them towards zero, and at what share of the learning rate
/// they learn.
///
/// Matrices decay; vectors (norm weights, biases) do not, because shrinking them changes scale and not complexity.
/// Embeddings are matrices, but a row that is never seen would only fade, so they can be exempted by name.
package struct ParameterRule: Sendable, Hashable {
  /// Weight decay of those that decay, per step and unit of learning rate; 0 switches it off.
  package var strength: Double
  /// Whether parameters of rank 0 and 1 decay too.
  package var vectorsDecay: Bool
  /// Names of parameters that never decay.
  package var exempt: Set<String>
  /// Shares of the learning rate by name, or by beginnings of names that end in a dot, see `ParameterStore.names`; the
  /// longest that fits counts, and 1 where none does.
  package var rates: [String: Double]

  /// Matrices but those in `exempt` decay with `strength`.
  package init(
    strength: Double, vectorsDecay: Bool = false, exempt: Set<String> = [], rates: [String: Double] = [:]
  ) {
    precondition(strength >= 0, "weight decay cannot be \(strength)")
    precondition(rates.values.allSatisfy { $0 >= 0 }, "learning rates cannot be negative: \(rates)")
    self.strength = strength
    self.vectorsDecay = vectorsDecay
    self.exempt = exempt
    self.rates = rates
  }

  /// Nothing decays, and all learn alike.
  package static var none: ParameterRule { ParameterRule(strength: 0) }

  /// The weight decay of one parameter.
  package func decay(of parameter: Parameter) -> Double {
    guard vectorsDecay || parameter.shape.rank >= 2 else { return 0 }
    return exempt.contains(parameter.name) ? 0 : strength
  }

  /// The share of the learning rate of one parameter.
  package func rate(of parameter: Parameter) -> Double {
    // Of two beginnings of one name the longer is the other's continuation, so that no two are of one length.
    let fitting = rates.filter { ParameterStore.names($0.key, parameter.name) }
    return fitting.max { $0.key.count < $1.key.count }?.value ?? 1
  }
}
