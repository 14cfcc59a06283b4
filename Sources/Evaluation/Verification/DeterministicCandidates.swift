/// The k likeliest tokens of the drafter, judged by the target alone.
///
///     p' = p
///     for each candidate x:  accept with probability p'(x)
///                            else p'(x) = 0, renormalise
///     all rejected:          emit y ~ p'
///
/// A candidate that is known beforehand has q = 1, so candidate x is emitted as an accepted one with probability
/// p(x) exactly, and acceptance is the sum of p over the candidates. That holds for any candidates that do not
/// depend on the random numbers used here. A token that occurs twice has no mass left the second time.
///
/// Source: EAGLE-2, `evaluate_posterior` of eagle/model/utils.py; the same as `SampledTreeRule` at one node.
package struct DeterministicCandidates: MultiCandidateRule {
  /// The rule has no settings.
  package init() {}

  package func candidates(draft: [Double], count: Int, decisions: inout some DecisionSource) -> [Int32] {
    draft.likeliest(count)
  }

  package func judgement(candidates: [Int32], target: [Double], draft: [Double]) -> CandidateJudgement {
    var p = target.normalized()
    var acceptance: [Double] = []
    for token in candidates {
      acceptance.append(p[Int(token)])
      p = p.without(token)
    }
    // Candidates that hold all mass cannot all be rejected; the target's row stands for what never happens.
    return CandidateJudgement(acceptance: acceptance, residual: p.contains { $0 > 0 } ? p : target)
  }

  package func acceptanceProbability(target: [Double], draft: [Double], count: Int) -> Double {
    draft.likeliest(count).reduce(0) { $0 + target[Int($1)] }
  }
}
