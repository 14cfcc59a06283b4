/// One of a drafter's likeliest next tokens.
package struct DraftCandidate: Sendable, Hashable {
  /// The token, in the target's vocabulary.
  package let token: Int32
  /// The natural logarithm of its draft probability; not above 0, −∞ for an impossible token.
  package let logProbability: Double

  /// A candidate with its two facts. Rounding above 0 is cut, NaN is a bug.
  package init(token: Int32, logProbability: Double) {
    precondition(!logProbability.isNaN, "DraftCandidate: the probability of token \(token) is NaN")
    self.token = token
    // Paths must not gain by growing: that keeps the best nodes of a tree connected.
    self.logProbability = min(0, logProbability)
  }
}
