/// The greedy scheme of optimal multi-draft decoding: one token sampled from the tail, then the k − 1 likeliest.
///
///     T = the k − 1 likeliest tokens of q;   q'(x) = q(x) / (1 − q(T)) outside T, 0 on T
///     first  x ~ q':    accept with probability min(1, p(x) / q'(x)),  else p' = norm(max(0, p − q'))
///     then each t of T: accept with probability p'(t),                 else p'(t) = 0, renormalise
///     all rejected:     emit y ~ p'
///
/// The sampled token is verified first: the other order is lossless too, but accepts less. This order reaches
/// the optimum for such candidates, p(T) + sum outside T of min(p, q').
///
/// Source: Hu et al., "Towards Optimal Multi-draft Speculative Decoding", 2025.
package struct GreedySchemeRule: MultiCandidateRule {
  /// The rule has no settings.
  package init() {}

  /// The sampled token first, behind it the likeliest; k is cut to v.
  package func candidates(draft: [Double], count: Int, decisions: inout some DecisionSource) -> [Int32] {
    let top = draft.likeliest(min(count, draft.count) - 1)
    return [Int32(decisions.draw(from: Self.tail(of: draft, without: top)))] + top
  }

  package func judgement(candidates: [Int32], target: [Double], draft: [Double]) -> CandidateJudgement {
    precondition(!candidates.isEmpty, "GreedySchemeRule: no candidates")
    let top = Array(candidates[1...])
    let q = Self.tail(of: draft, without: top)
    let p = target.normalized()
    let sampled = RecursiveRejection(.withReplacement).judgement(
      candidates: [candidates[0]], target: p, draft: q)
    let rest = DeterministicCandidates().judgement(candidates: top, target: sampled.residual, draft: draft)
    return CandidateJudgement(acceptance: sampled.acceptance + rest.acceptance, residual: rest.residual)
  }

  package func acceptanceProbability(target: [Double], draft: [Double], count: Int) -> Double {
    let top = draft.likeliest(min(count, draft.count) - 1)
    // q' is zero on T, so the overlap has no share of T.
    return top.reduce(target.overlap(with: Self.tail(of: draft, without: top))) { $0 + target[Int($1)] }
  }

  /// q': the draft outside `top`, normalised; uniform there where the draft has no mass left.
  private static func tail(of draft: [Double], without top: [Int32]) -> [Double] {
    var tail = draft
    for token in top { tail[Int(token)] = 0 }
    if tail.contains(where: { $0 > 0 }) { return tail.normalized() }
    tail = [Double](repeating: 1, count: draft.count)
    for token in top { tail[Int(token)] = 0 }
    return tail.normalized()
  }
}
