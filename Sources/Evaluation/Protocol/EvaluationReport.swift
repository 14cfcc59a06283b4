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
  /// How the greedy texts compare with the target's own; nil for sampled texts.
  package let greedyEqual: GreedyAgreement?
  /// Every cycle, for paired comparisons.
  package let log: AcceptanceLog

  private enum Key: String, CodingKey {
    case speedup, domains, definitions
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
    try object.encode(measured.draftLength, forKey: .draftLength)
    try object.encode(measured.sampling.temperature, forKey: .temperature)
    try object.encode(measured.summary, forKey: .measured)
    var named = object.nestedContainer(keyedBy: AnyKey.self, forKey: .domains)
    for (name, figures) in domains { try named.encode(figures, forKey: AnyKey(stringValue: name)) }
    var texts = object.nestedContainer(keyedBy: AnyKey.self, forKey: .definitions)
    for (key, text) in AcceptanceDefinitions.all { try texts.encode(text, forKey: AnyKey(stringValue: key)) }
  }
}

/// A key that is known only at run time.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
