/// How often rules for several candidates at one position accept one of them, beside the most that any rule could.
package struct CandidateReport: Sendable, Encodable {
  /// One rule.
  package struct Entry: Sendable, Encodable {
    /// As the papers call it.
    package let rule: String
    /// How often one of the candidates is accepted, mean over the positions.
    package let acceptance: Double
    /// The mean of the bound for candidates that are proposed in this way; nil where the rule reaches it by construction.
    package let bound: Double?
  }

  /// k: candidates at a position.
  package let candidates: Int
  /// Positions that are compared.
  package let positions: Int
  /// Positions of the texts at which the target judged what was drafted, of which those are some.
  package let judged: Int
  /// The rules; none where there is no position to compare them at.
  package let rules: [Entry]
}
