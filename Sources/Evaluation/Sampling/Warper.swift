internal import Foundation

/// Turns rows of logits into the distributions that tokens are drawn from; owns the scratch memory for it.
///
///     w(x) = exp((logit(x) − max) / temperature) on the kept tokens, 0 elsewhere;  p = w / sum(w)
///
/// Kept are the `topK` most likely tokens, and of those the smallest set of most likely ones whose share of the
/// remaining mass reaches `topP`; among equals the lower index counts as more likely. Exponentials and sums are
/// double, the row is stored as fp32. A NaN logit has no mass; a row without a finite maximum gives all mass to
/// its greedy token.
///
/// Source: Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020 (top-p); Fan et al. 2018 (top-k).
/// Costs one exponential per token, and with top-k or top-p a heap: linear, plus log(v) per kept token.
package struct Warper: Sendable {
  private let vocabularySize: Int
  private var weights: [Double]
  private var heap: TokenHeap

  /// Scratch memory for rows of `vocabularySize` logits.
  package init(vocabularySize: Int) {
    precondition(vocabularySize > 0, "Warper: empty vocabulary")
    self.vocabularySize = vocabularySize
    weights = [Double](repeating: 0, count: vocabularySize)
    heap = TokenHeap(vocabularySize: vocabularySize)
  }

  /// Writes the distribution of `logits` `[v]` to `row` of `rows`.
  package mutating func warp(
    _ logits: [Float], _ settings: SamplingSettings, into rows: inout ProbabilityRows, row: Int
  ) {
    precondition(
      logits.count == vocabularySize && rows.vocabularySize == vocabularySize,
      "Warper of \(vocabularySize): \(logits.count) logits into rows of \(rows.vocabularySize)")
    let base = rows.range(of: row).lowerBound
    let best = greedyToken(logits)
    let top = logits[Int(best)]
    guard !settings.isGreedy, top.isFinite else {
      for x in 0..<vocabularySize { store(x == Int(best) ? 1 : 0, x, &rows.values[base + x]) }
      return
    }
    var total = 0.0
    for x in 0..<vocabularySize {
      let logit = logits[x]
      let weight = logit.isNaN ? 0 : exp((Double(logit) - Double(top)) / settings.temperature)
      weights[x] = weight
      total += weight
    }
    if settings.topK != nil || settings.topP != nil {
      total = heap.restrict(&weights, total: total, topK: settings.topK, topP: settings.topP)
    }
    for x in 0..<vocabularySize { store(weights[x] / total, x, &rows.values[base + x]) }
  }

  /// Draws a token from the row that was warped last, exactly as it was stored.
  package mutating func draw(_ decisions: inout some DecisionSource) -> Int32 {
    Int32(decisions.draw(from: weights))
  }

  /// Stores a probability and keeps what fp32 made of it for `draw`.
  private mutating func store(_ probability: Double, _ token: Int, _ slot: inout Float) {
    slot = Float(probability)
    weights[token] = Double(slot)
  }
}
