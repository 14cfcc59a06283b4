/// Recursive rejection sampling: every rejected candidate leaves a residual that the next one is judged by.
///
///     p' = p, q' = q
///     for each candidate x:  accept with probability min(1, p'(x) / q'(x))
///                            else p' = norm(max(0, p' − q'));  without replacement also q'(x) = 0, renormalise
///     all rejected:          emit y ~ p'
///
/// With replacement the candidates are independent draws of q and q' stays q; without, each is drawn from what
/// q has left. Drawing in one manner and judging in the other is biased.
///
/// Source: with replacement Miao et al., "SpecInfer", 2024; without Li et al., "EAGLE", 2024, and
/// Chen et al., "Sequoia", 2024.
package struct RecursiveRejection: MultiCandidateRule {
  /// Whether a token may be drawn twice.
  package enum Drawing: Sendable, Hashable, CaseIterable {
    case withReplacement, withoutReplacement
  }

  /// How candidates are drawn and therefore judged.
  package let drawing: Drawing

  /// The rule for one way of drawing.
  package init(_ drawing: Drawing) { self.drawing = drawing }

  /// k draws; without replacement no more than q has tokens with mass.
  package func candidates(draft: [Double], count: Int, decisions: inout some DecisionSource) -> [Int32] {
    var q = draft
    var tokens: [Int32] = []
    while tokens.count < count, q.contains(where: { $0 > 0 }) {
      let token = Int32(decisions.draw(from: q))
      tokens.append(token)
      if drawing == .withoutReplacement { q = q.without(token) }
    }
    return tokens
  }

  package func judgement(candidates: [Int32], target: [Double], draft: [Double]) -> CandidateJudgement {
    var p = target.normalized()
    var q = draft.normalized()
    var acceptance: [Double] = []
    for token in candidates {
      let x = Int(token)
      // A token that its drafter gives no mass was not drawn from it: only rejecting keeps the law.
      acceptance.append(q[x] > 0 ? p[x] / q[x] : 0)
      p = p.residual(after: q)
      if drawing == .withoutReplacement { q = q.without(token) }
    }
    return CandidateJudgement(acceptance: acceptance, residual: p)
  }

  /// With replacement k passes over the vocabulary; without, the rejected tokens matter and the cost grows as
  /// v to the power of k, so it is meant for small vocabularies.
  package func acceptanceProbability(target: [Double], draft: [Double], count: Int) -> Double {
    acceptance(target.normalized(), draft.normalized(), count)
  }

  /// sum over x of min(p, q), and what the next candidate adds where this one is rejected.
  private func acceptance(_ p: [Double], _ q: [Double], _ count: Int) -> Double {
    let accepted = p.overlap(with: q)
    guard count > 1, accepted < 1 else { return accepted }
    let rest = p.residual(after: q)
    if drawing == .withReplacement { return accepted + (1 - accepted) * acceptance(rest, q, count - 1) }
    return q.indices.reduce(accepted) { sum, x in
      let rejected = q[x] - p[x]
      return rejected > 0 ? sum + rejected * acceptance(rest, q.without(Int32(x)), count - 1) : sum
    }
  }
}
