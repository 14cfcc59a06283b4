internal import Glibc

/// A chain that ends where the drafter has become unsure, and at its full length at the latest.
package struct AdaptiveChain: Sendable, Hashable {
  /// Tokens of a cycle at most.
  package let maximumLength: Int
  /// Tokens of a cycle at least.
  package let minimumLength: Int
  /// Where it ends between the two.
  package let rule: StopRule

  /// A chain with its bounds: 1 ≤ minimum ≤ maximum.
  package init(maximumLength: Int, minimumLength: Int = 1, rule: StopRule) {
    precondition(
      minimumLength >= 1 && minimumLength <= maximumLength,
      "AdaptiveChain: \(minimumLength) to \(maximumLength) tokens")
    (self.maximumLength, self.minimumLength, self.rule) = (maximumLength, minimumLength, rule)
  }
}

/// When a chain ends before its full length. It looks at nothing but what the drafter has said and written, so that
/// verification stays lossless: a chain of any such length follows the target's law.
package enum StopRule: Sendable, Hashable {
  /// Behind the first token at which the drafter's likeliest token has a probability below the threshold, at a temperature of
  /// 1; that token is still verified.
  ///
  /// Source: Liu et al., "Kangaroo", 2024, section 3.3 (threshold 0.6, 6 tokens at most).
  case confidence(below: Double)
  /// Behind the first token before which one is rejected with a probability above the threshold, as an acceptance head says:
  /// 1 - product of P(accept). The last token is never judged, which would cost another call of the drafter.
  ///
  /// Source: Huang et al., "SpecDec++", 2024, section 3.2; Kaffaljidhmah2/SpecDec_pp, `hf_generation.py`.
  case rejection(above: Double)

  /// In words.
  package var summary: String {
    switch self {
    case .confidence(let threshold): "stopping where confidence is below \(threshold)"
    case .rejection(let threshold): "stopping where a rejection is likelier than \(threshold)"
    }
  }
}

extension AdaptiveChain {
  /// Whether an acceptance head says where it ends.
  package var needsPredictions: Bool {
    if case .rejection = rule { true } else { false }
  }
}

/// Where one chain stands.
struct StopState {
  private let chain: AdaptiveChain
  private var length = 0
  /// The logarithm of the probability that all tokens before the last are accepted.
  private var logAcceptance = 0.0

  init(_ chain: AdaptiveChain) { self.chain = chain }

  /// Takes the next token of the chain; says whether it is the last.
  ///
  /// - Parameters:
  ///   - confidence: the probability of the drafter's likeliest token there, at a temperature of 1.
  ///   - acceptance: how likely the token before it is accepted; nil for the first, and where no head says it.
  mutating func endsBehind(confidence: Double, acceptance: Double?) -> Bool {
    length += 1
    if let acceptance { logAcceptance += log(acceptance) }
    if length >= chain.maximumLength { return true }
    guard length >= chain.minimumLength else { return false }
    return switch chain.rule {
    case .confidence(let threshold): confidence < threshold
    case .rejection(let threshold): -expm1(logAcceptance) > threshold
    }
  }
}
