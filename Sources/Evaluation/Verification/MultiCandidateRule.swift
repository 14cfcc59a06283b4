/// A lossless rule for several candidates at one position: it draws them, and it judges those it drew.
///
/// The two belong together. Candidates drawn in one way and judged in another give text that does not follow the
/// target, though it looks no different.
///
/// Letters: `v` the size of the vocabulary, `k` the number of candidates, p the target's and q the drafter's
/// distribution after the same warpers, both in double precision with sum 1.
///
/// The rules compute rows of v numbers per candidate, whichever of them stands: they are made for comparing
/// methods, not for the inner loop of a decoder.
package protocol MultiCandidateRule: Sendable {
  /// Proposes candidates in the order in which they are to be verified.
  ///
  /// - Parameters:
  ///   - draft: q `[v]`.
  ///   - count: k ≥ 1.
  /// - Returns: k tokens, or fewer where the rule finds no more.
  func candidates(draft: [Double], count: Int, decisions: inout some DecisionSource) -> [Int32]

  /// Judges candidates that this rule proposed from the same q.
  ///
  /// - Parameters:
  ///   - candidates: `[k]`.
  ///   - target: p `[v]`.
  ///   - draft: q `[v]`.
  func judgement(candidates: [Int32], target: [Double], draft: [Double]) -> CandidateJudgement

  /// How likely one of `count` candidates is accepted, over all candidates the rule may propose; exact.
  func acceptanceProbability(target: [Double], draft: [Double], count: Int) -> Double
}

extension MultiCandidateRule {
  /// Decides which candidate stands, or what takes their place.
  ///
  /// - Parameters:
  ///   - candidates: `[k]`, as this rule proposed them.
  ///   - target: p `[v]`.
  ///   - draft: q `[v]`.
  ///   - decisions: asked once per examined candidate, and once for the correction where all are rejected.
  package func verify(
    candidates: [Int32], target: [Double], draft: [Double], decisions: inout some DecisionSource
  ) -> CandidateVerdict {
    precondition(
      target.count == draft.count, "\(Self.self): p has \(target.count) tokens, q has \(draft.count)")
    let judgement = judgement(candidates: candidates, target: target, draft: draft)
    for (i, probability) in judgement.acceptance.enumerated()
    where decisions.accepts(probability: probability) {
      return CandidateVerdict(acceptedIndex: i, token: candidates[i])
    }
    return CandidateVerdict(acceptedIndex: nil, token: Int32(decisions.draw(from: judgement.residual)))
  }
}
