/// What an evaluation found; encodes to the JSON object of `pacer evaluate --json`.
package struct EvaluationReport: Sendable, Encodable {
  /// How it was measured.
  package let measured: EvaluationProtocol
  /// The figures over all prompts.
  package let overall: EvaluationFigures
  /// The figures of each domain, in order of first appearance; empty where no prompt names one.
  package let domains: [(name: String, figures: EvaluationFigures)]
  /// Wall-clock speed, where it was measured.
  package let speed: SpeedMeasurement?
  /// How the greedy texts compare with the target's own; nil for sampled texts, and where nobody asked.
  package let greedyEqual: GreedyAgreement?
  /// What an n-gram model reaches on the same prompts, where that was asked for.
  package let floor: FloorReport?
  /// Rules for several candidates beside their bounds, where that was asked for.
  package let candidates: CandidateReport?
  /// Every cycle, for paired comparisons.
  package let log: AcceptanceLog
  /// Every tree, where that was asked for.
  package let trees: [VerifiedTree]

  private enum Key: String, CodingKey {
    case speedup, domains, definitions, floor, candidates
    case greedyEqual = "greedy_equal"
    case measured = "protocol"
    case plainSpeed = "plain_tokens_per_s"
    case speculativeSpeed = "speculative_tokens_per_s"
    case draftLength = "draft_length"
    case temperature
  }

  /// Encodes the figures over all prompts at the top, then what belongs to the whole.
  package func encode(to encoder: any Encoder) throws {
    try overall.encode(to: encoder)
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(speed?.speedUp, forKey: .speedup)
    try object.encode(speed?.plainTokensPerSecond, forKey: .plainSpeed)
    try object.encode(speed?.speculativeTokensPerSecond, forKey: .speculativeSpeed)
    try object.encode(greedyEqual, forKey: .greedyEqual)
    try object.encode(measured.shape.levels, forKey: .draftLength)
    try object.encode(measured.sampling.temperature, forKey: .temperature)
    try object.encode(measured.summary, forKey: .measured)
    try object.encode(floor, forKey: .floor)
    try object.encodeIfPresent(candidates, forKey: .candidates)
    try object.encode(NamedValues(domains.map { ($0.name, $0.figures) }), forKey: .domains)
    try object.encode(
      NamedValues(AcceptanceDefinitions.all.map { ($0.key, $0.text) }), forKey: .definitions)
  }
}
