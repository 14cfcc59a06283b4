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

  /// In words.
  package var summary: String {
    switch self {
    case .confidence(let threshold): "stopping where confidence is below \(threshold)"
    }
  }
}

/// Where one chain stands.
struct StopState {
  private let chain: AdaptiveChain
  private var length = 0

  init(_ chain: AdaptiveChain) { self.chain = chain }

  /// Takes the next token of the chain; says whether it is the last.
  ///
  /// - Parameter confidence: the probability of the drafter's likeliest token there, at a temperature of 1.
  mutating func endsBehind(confidence: Double) -> Bool {
    length += 1
    if length >= chain.maximumLength { return true }
    guard length >= chain.minimumLength else { return false }
    return switch chain.rule {
    case .confidence(let threshold): confidence < threshold
    }
  }
}
