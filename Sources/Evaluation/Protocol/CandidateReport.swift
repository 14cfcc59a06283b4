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
  /// Positions of the texts that the run wrote.
  package let positions: Int
  package let rules: [Entry]
}
