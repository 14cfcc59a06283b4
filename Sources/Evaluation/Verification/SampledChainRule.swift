/// Lossless verification of a sampled chain; owns one row of scratch memory.
///
///     for i in 1…g:  accept x_i with probability min(1, p_i(x_i) / q_i(x_i))
///                    else emit y ~ norm(max(0, p_i − q_i)) and stop
///     all accepted:  emit y ~ p_{g+1}
///
/// p and q are the distributions *after* the same warpers. Where the residual max(0, p − q) underflows to zero
/// mass, y is drawn from p. The emitted tokens follow p exactly, whatever q is.
///
/// Source: Leviathan et al. 2023, algorithm 1; Chen et al., "Accelerating LLM Decoding with Speculative
/// Sampling", 2023, algorithm 2.
package struct SampledChainRule: Sendable {
  private var weights: [Double]

  /// Scratch memory for one row of `vocabularySize` weights.
  package init(vocabularySize: Int) {
    weights = [Double](repeating: 0, count: vocabularySize)
  }

  /// Decides how much of a chain stands and what follows it.
  ///
  /// - Parameters:
  ///   - drafted: `[g]` the drafted tokens, token i drawn from row `draftRow + i` of `draft`.
  ///   - target: rows `targetRow ... targetRow + g` are the target's distributions.
  ///   - draft: rows `draftRow ..< draftRow + g` are the drafter's distributions.
  ///   - decisions: asked once per examined token and once for the emitted one.
  package mutating func verify(
    drafted: ArraySlice<Int32>, target: ProbabilityRows, targetRow: Int, draft: ProbabilityRows,
    draftRow: Int,
    decisions: inout some DecisionSource
  ) -> Verdict {
    precondition(
      target.vocabularySize == weights.count && draft.vocabularySize == weights.count,
      "SampledChainRule of \(weights.count): rows of \(target.vocabularySize) and \(draft.vocabularySize)")
    for (i, token) in drafted.enumerated() {
      let p = Double(target[targetRow + i, token])
      let q = Double(draft[draftRow + i, token])
      // A token that its drafter gives no mass was not drawn from it: only rejecting keeps the law.
      if q > 0, decisions.accepts(probability: p / q) { continue }
      loadResidual(target, targetRow + i, draft, draftRow + i)
      return Verdict(acceptedCount: i, token: Int32(decisions.draw(from: weights)))
    }
    load(target, targetRow + drafted.count)
    return Verdict(acceptedCount: drafted.count, token: Int32(decisions.draw(from: weights)))
  }

  /// Makes the weights those of `row` itself.
  private mutating func load(_ rows: ProbabilityRows, _ row: Int) {
    let base = rows.range(of: row).lowerBound
    for x in weights.indices { weights[x] = Double(rows.values[base + x]) }
  }

  /// Makes the weights max(0, p − q), or p where nothing of that is left.
  private mutating func loadResidual(
    _ target: ProbabilityRows, _ targetRow: Int, _ draft: ProbabilityRows, _ draftRow: Int
  ) {
    let p = target.range(of: targetRow).lowerBound
    let q = draft.range(of: draftRow).lowerBound
    var mass = 0.0
    for x in weights.indices {
      weights[x] = max(0, Double(target.values[p + x]) - Double(draft.values[q + x]))
      mass += weights[x]
    }
    if !(mass > 0) { load(target, targetRow) }
  }
}
