/// What the n-gram floor reaches on the same prompts, and how far the drafter is above it.
package struct FloorReport: Sendable, Encodable {
  /// n of the n-gram model.
  package let order: Int
  /// The tokens that it counted.
  package let countedTokens: Int
  /// The figures over all prompts.
  package let overall: EvaluationFigures
  /// The figures of each domain, in order of first appearance.
  package let domains: [(name: String, figures: EvaluationFigures)]
  /// The drafter's tau less the floor's, on the same resampled prompts; nil where either has none.
  package let advantage: PairedComparison?

  private enum Key: String, CodingKey {
    case order, advantage, domains
    case countedTokens = "counted_tokens"
    case advantageInterval = "advantage_interval"
  }

  /// Encodes the figures under the same keys as the drafter's, then what belongs to a floor alone.
  package func encode(to encoder: any Encoder) throws {
    try overall.encode(to: encoder)
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(order, forKey: .order)
    try object.encode(countedTokens, forKey: .countedTokens)
    try object.encode(advantage?.difference, forKey: .advantage)
    try object.encode(
      advantage.map { [$0.interval.lower, $0.interval.upper] }, forKey: .advantageInterval)
    try object.encode(NamedValues(domains.map { ($0.name, $0.figures) }), forKey: .domains)
  }
}
