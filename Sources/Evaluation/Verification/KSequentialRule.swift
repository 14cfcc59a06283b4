/// K-SEQ: k independent draws of q, each accepted by the same test, so that one residual serves all.
///
///     β(ρ) = sum over x of min(p(x) / ρ, q(x))
///     accept draw x with probability min(1, p(x) / (ρ q(x)))
///     all rejected:  emit y ~ p(x) − min(q(x), p(x) / ρ) · (1 − (1 − β)^k) / β
///
/// The residual is non-negative exactly where 1 − (1 − β)^k ≤ ρ β. ρ = k always is enough; the smallest such ρ in
/// [1, k] accepts most, and at least (1 − 1/e) of what any rule for independent draws can accept.
///
/// Source: Sun et al., "SpecTr: Fast Speculative Decoding via Optimal Transport", 2023.
package struct KSequentialRule: MultiCandidateRule {
  /// ρ where it is fixed; nil for the smallest one that is lossless.
  package let fixedDivisor: Double?

  /// The rule with the best ρ, or with a given one, which is lossless only where the condition holds.
  package init(divisor: Double? = nil) { fixedDivisor = divisor }

  package func candidates(draft: [Double], count: Int, decisions: inout some DecisionSource) -> [Int32] {
    (0..<count).map { _ in Int32(decisions.draw(from: draft)) }
  }

  package func judgement(candidates: [Int32], target: [Double], draft: [Double]) -> CandidateJudgement {
    let count = candidates.count
    let divisor = fixedDivisor ?? Self.divisor(target: target, draft: draft, count: count)
    let acceptance = candidates.map { token in
      let (p, q) = (target[Int(token)], draft[Int(token)])
      // As in the other rules, a token that cannot have been drawn is rejected.
      return q > 0 ? p / (divisor * q) : 0
    }
    // Negative values are rounding: at the best ρ the residual of tokens with p ≤ ρ q is zero.
    let residual = Self.residual(target: target, draft: draft, count: count, divisor: divisor).map {
      max(0, $0)
    }
    return CandidateJudgement(
      acceptance: acceptance, residual: residual.contains { $0 > 0 } ? residual : target)
  }

  package func acceptanceProbability(target: [Double], draft: [Double], count: Int) -> Double {
    let divisor = fixedDivisor ?? Self.divisor(target: target, draft: draft, count: count)
    return Self.any(of: count, Self.overlap(target, draft, divisor))
  }

  /// The smallest ρ in [1, k] with 1 − (1 − β)^k ≤ ρ β, by bisection to the last bit.
  ///
  /// ρ β grows with ρ and 1 − (1 − β)^k falls, so the condition holds from one place on.
  package static func divisor(target: [Double], draft: [Double], count: Int) -> Double {
    func isLossless(_ divisor: Double) -> Bool {
      let beta = overlap(target, draft, divisor)
      return any(of: count, beta) <= divisor * beta
    }
    var (low, high) = (1.0, Double(count))
    if isLossless(low) { return low }
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return high }
      if isLossless(middle) { high = middle } else { low = middle }
    }
  }

  /// The residual before normalisation: `[v]`, of mass 1 − (1 − (1 − β)^k). Negative where ρ is too small.
  package static func residual(target: [Double], draft: [Double], count: Int, divisor: Double) -> [Double] {
    let beta = overlap(target, draft, divisor)
    guard beta > 0 else { return target }
    let share = any(of: count, beta) / beta
    return zip(target, draft).map { p, q in p - min(q, p / divisor) * share }
  }

  /// β(ρ): how likely one draw is accepted.
  private static func overlap(_ target: [Double], _ draft: [Double], _ divisor: Double) -> Double {
    zip(target, draft).reduce(0) { $0 + min($1.0 / divisor, $1.1) }
  }

  /// 1 − (1 − β)^k, as a sum that keeps its digits where β is small: β (1 + (1 − β) + … + (1 − β)^(k − 1)).
  private static func any(of count: Int, _ beta: Double) -> Double {
    var (sum, power) = (0.0, beta)
    for _ in 0..<count {
      sum += power
      power *= 1 - beta
    }
    return sum
  }
}
