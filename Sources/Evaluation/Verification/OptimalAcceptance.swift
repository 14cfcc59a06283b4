/// The most that any lossless rule can accept at one position, for three ways of proposing k candidates.
///
///     alpha* = 1 + min over H of [p(H) − P(all candidates in H)],   H any set of tokens
///
/// This is the dual of an optimal transport from candidates to tokens. The best H is a prefix of the tokens in
/// ascending order of p / q, so v prefixes are enough. Tokens without draft mass never help a set and are left
/// out.
///
/// Letters as in `MultiCandidateRule`; p and q sum to 1.
///
/// Source: Hu et al., "Towards Optimal Multi-draft Speculative Decoding", 2025.
package enum OptimalAcceptance {
  /// The bound for k independent draws, P = q(H)^k. Costs a sort of v tokens.
  package static func withReplacement(target: [Double], draft: [Double], count: Int) -> Double {
    var (p, q) = (0.0, 0.0)
    var least = 0.0
    for x in order(target, draft) {
      p += target[x]
      q += draft[x]
      least = min(least, p - (0..<count).reduce(1) { power, _ in power * q })
    }
    return 1 + least
  }

  /// The bound for k draws without replacement, or for all tokens with draft mass where they are fewer.
  ///
  /// Costs k passes over v tokens for each of a few hundred nodes of quadrature; see `ExponentialRace`.
  package static func withoutReplacement(target: [Double], draft: [Double], count: Int) -> Double {
    let order = order(target, draft)
    let race = ExponentialRace(rates: order.map { draft[$0] })
    let inside = race.prefixProbabilities(count: min(count, order.count))
    var p = 0.0
    var least = 0.0
    for (x, probability) in zip(order, inside) {
      p += target[x]
      least = min(least, p - probability)
    }
    return 1 + least
  }

  /// The bound for the k − 1 likeliest tokens T of q and one draw of q' from the others, as `GreedySchemeRule`
  /// proposes them and reaches it:
  ///
  ///     alpha* = p(T) + sum over x outside T of min(p(x), q'(x))
  package static func greedyScheme(target: [Double], draft: [Double], count: Int) -> Double {
    GreedySchemeRule().acceptanceProbability(target: target, draft: draft, count: count)
  }

  /// Tokens with draft mass in ascending order of p / q, the lower index first among equals.
  private static func order(_ target: [Double], _ draft: [Double]) -> [Int] {
    precondition(target.count == draft.count, "OptimalAcceptance: \(target.count) and \(draft.count) tokens")
    let ratios = zip(target, draft).map { $0 / $1 }
    return draft.indices.filter { draft[$0] > 0 }.sorted {
      ratios[$0] < ratios[$1] || (ratios[$0] == ratios[$1] && $0 < $1)
    }
  }
}
