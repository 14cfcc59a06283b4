import Evaluation

/// The exact law of what a rule proposes and emits, by enumeration of all its decisions.
struct CandidateLaw {
  /// The law of the emitted token: `[v]`.
  private(set) var emitted: [Double]
  /// How likely a candidate is accepted.
  private(set) var acceptance = 0.0
  /// The mean of `CandidateJudgement.acceptanceProbability` over the candidates.
  private(set) var judgedAcceptance = 0.0
  /// How likely the proposed tokens are exactly a set of tokens, by the bits of the set: `[2^v]`.
  private(set) var proposedSets: [Double]

  /// The law of `rule` over candidates drawn by `proposer`, or by itself.
  init(
    _ rule: any MultiCandidateRule, candidatesOf proposer: (any MultiCandidateRule)? = nil,
    _ pair: DistributionPair, count: Int
  ) {
    emitted = [Double](repeating: 0, count: pair.target.count)
    proposedSets = [Double](repeating: 0, count: 1 << pair.target.count)
    EnumeratingDecisions.enumerate { decisions in
      let candidates = (proposer ?? rule).candidates(
        draft: pair.draft, count: count, decisions: &decisions)
      let verdict = rule.verify(
        candidates: candidates, target: pair.target, draft: pair.draft, decisions: &decisions)
      return (candidates, verdict)
    } collect: { outcome, probability in
      let (candidates, verdict) = outcome
      emitted[Int(verdict.token)] += probability
      if verdict.acceptedIndex != nil { acceptance += probability }
      proposedSets[candidates.reduce(0) { $0 | 1 << Int($1) }] += probability
      let judgement = rule.judgement(candidates: candidates, target: pair.target, draft: pair.draft)
      judgedAcceptance += probability * judgement.acceptanceProbability
    }
  }

  /// The greatest deviation of the emitted token's law from the target's.
  func deviation(from pair: DistributionPair) -> Double {
    zip(emitted, pair.target).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// 1 + min of p(H) − P(all candidates in H) over every set H of tokens.
  func optimum(_ pair: DistributionPair) -> Double {
    let bounds = proposedSets.indices.map { set in
      let mass = pair.target.indices.reduce(0.0) { $0 + (set >> $1 & 1 == 1 ? pair.target[$1] : 0) }
      return proposedSets.indices.reduce(1 + mass) { $0 - ($1 & ~set == 0 ? proposedSets[$1] : 0) }
    }
    return bounds.min() ?? .infinity
  }
}
