/// Where the random choices of drafting and verification come from.
///
/// The rules know only these two questions. `RandomStream` answers them with seeded numbers; a test answers them
/// by following every branch with its probability, and so computes the exact output law of a rule.
package protocol DecisionSource {
  /// True with `probability`, which may exceed 1.
  mutating func accepts(probability: Double) -> Bool
  /// A token with probability proportional to its weight. `weights`: `[v]`, none negative.
  mutating func draw(from weights: [Double]) -> Int
}
