/// A rule's whole answer to given candidates, before any random number is drawn.
///
///     candidate i is accepted with probability a_i, given that those before it were rejected
///     all rejected: emit y ~ residual
package struct CandidateJudgement: Sendable, Hashable {
  /// The probabilities a: `[k]`, in the order of the candidates; they may exceed 1.
  package let acceptance: [Double]
  /// Weights of the correction: `[v]`, none negative, not necessarily normalised.
  package let residual: [Double]

  /// A judgement of candidates.
  package init(acceptance: [Double], residual: [Double]) {
    self.acceptance = acceptance
    self.residual = residual
  }

  /// How likely any of the candidates is accepted: 1 − product of (1 − a_i).
  ///
  /// Its mean over drawn candidates estimates a rule's acceptance with less noise than counting acceptances.
  package var acceptanceProbability: Double {
    1 - acceptance.reduce(1) { $0 * (1 - min(1, $1)) }
  }
}
