internal import Glibc
internal import Randomness

/// What an acceptance head learns from a text: tokens that the drafter would have written in its places, and how likely the
/// target accepts each.
///
/// At a place i that is in the loss the drafter draws Y ~ q(· | x[< i]); the target accepts it with probability
///
///     a = min(1, p(Y) / q(Y))
///
/// which is the label itself, not a draw of it. The text that the head is shown has Y in the place of x[i], but for a share of
/// places that keep x[i] and are no example. Drafts are drawn behind the text as it is, not behind one another: the paper's
/// approximation. p and q are those of the temperature that the drafter will be used at; at 0 both are their likeliest
/// tokens.
///
/// Source: Huang et al., "SpecDec++", 2024, section 3.3; Kaffaljidhmah2/SpecDec_pp, `data/`.
package struct AcceptanceLabels: Sendable, Equatable {
  /// The text with drafted tokens in it, [n].
  package private(set) var tokens: [Int32]
  /// Whether the token of a row was drafted, [n].
  package private(set) var isDrafted: [Bool]
  /// How likely the target accepts it; 0 where it was not drafted, [n].
  package private(set) var acceptance: [Float]

  /// A text before anything is drafted.
  package init(tokens: [Int32]) {
    self.tokens = tokens
    isDrafted = [Bool](repeating: false, count: tokens.count)
    acceptance = [Float](repeating: 0, count: tokens.count)
  }

  /// Puts a draft into row `row`.
  ///
  /// - Parameters:
  ///   - draft, target: log-probabilities of what follows the row before, at the temperature wanted.
  ///   - draftTokens: the target's token of each of the drafter's; nil where they are the target's in order.
  ///   - isGreedy: whether both choose their likeliest token.
  ///   - uniform: in [0, 1), draws the token.
  package mutating func draft(
    row: Int, draft: ArraySlice<Float>, draftTokens: [Int32]? = nil, target: ArraySlice<Float>,
    isGreedy: Bool, uniform: Double
  ) {
    precondition(
      draft.count == draftTokens?.count ?? target.count, "\(draft.count) and \(target.count) tokens")
    let choice = isGreedy ? Self.likeliest(draft) : Self.draw(draft, uniform)
    let token = draftTokens.map { Int($0[choice]) } ?? choice
    tokens[row] = Int32(token)
    isDrafted[row] = true
    acceptance[row] =
      isGreedy
      ? (Self.likeliest(target) == token ? 1 : 0)
      : min(1, exp(target[target.startIndex + token] - draft[draft.startIndex + choice]))
  }

  /// Weights of (reject, accept) for every row, [n, 2]; zeros where nothing was drafted.
  ///
  /// - Parameter rejectWeight: how much more a rejection counts.
  package func weights(rejectWeight: Float) -> [Float] {
    zip(isDrafted, acceptance).flatMap { isDrafted, a in
      isDrafted ? [rejectWeight * (1 - a), a] : [0, 0]
    }
  }

  private static func likeliest(_ values: ArraySlice<Float>) -> Int {
    var best = values.startIndex
    for index in values.indices where values[index] > values[best] { best = index }
    return best - values.startIndex
  }

  /// The first token at which the running sum of probabilities passes `uniform` times all of it.
  private static func draw(_ values: ArraySlice<Float>, _ uniform: Double) -> Int {
    let total = values.reduce(0.0) { $0 + exp(Double($1)) }
    var (sum, last) = (0.0, 0)
    for (offset, value) in values.enumerated() where value > -.infinity {
      sum += exp(Double(value))
      last = offset
      if sum > uniform * total { return offset }
    }
    return last
  }
}
