/// Lossless verification of a tree whose candidates were not sampled; owns one row of scratch memory.
///
///     node = root
///     loop:  p' = p(node)
///            for each child c of node:  accept with probability p'(c), go on from c
///                                       else p'(c) = 0, renormalise
///            none accepted:             emit y ~ p' and stop
///
/// p are the target's distributions after the warpers. The emitted tokens follow p exactly, whatever tokens the
/// tree holds, as long as its choice does not depend on the random numbers used here. So node n is reached with
/// the product of p along its path, and the expected number of accepted tokens is the sum of these products over
/// all nodes but the root. Where siblings repeat a token the first one counts.
///
/// Source: Li et al., "EAGLE-2", 2024, `evaluate_posterior` of eagle/model/utils.py.
package struct SampledTreeRule: Sendable {
  private var weights: [Double]

  /// Scratch memory for one row of `vocabularySize` weights.
  package init(vocabularySize: Int) {
    weights = [Double](repeating: 0, count: vocabularySize)
  }

  /// Decides which path of a tree stands and what follows it.
  ///
  /// - Parameters:
  ///   - tree: n nodes, the root holding the last token that is known.
  ///   - target: row `targetRow + i` is the target's distribution after node i.
  ///   - decisions: asked once per examined child and once for the emitted token.
  package mutating func verify(
    tree: DraftTree, target: ProbabilityRows, targetRow: Int, decisions: inout some DecisionSource
  ) -> TreeVerdict {
    precondition(
      target.vocabularySize == weights.count,
      "SampledTreeRule of \(weights.count): rows of \(target.vocabularySize)")
    var node = 0
    var accepted: [Int] = []
    while true {
      load(target, targetRow + node)
      guard let child = acceptedChild(of: node, tree, &decisions) else { break }
      accepted.append(child)
      node = child
    }
    // Where rejected children held all mass, which no random number rejects, the target's row stands.
    if !(mass > 0) { load(target, targetRow + node) }
    return TreeVerdict(acceptedNodes: accepted, token: Int32(decisions.draw(from: weights)))
  }

  /// The first child that is accepted; rejected ones lose their weight.
  private mutating func acceptedChild(
    of node: Int, _ tree: DraftTree, _ decisions: inout some DecisionSource
  ) -> Int? {
    for child in tree.children(of: node) {
      let token = Int(tree.tokens[child])
      // Summed anew instead of renormalised: a last token with mass is accepted with probability exactly 1.
      if weights[token] > 0, decisions.accepts(probability: weights[token] / mass) { return child }
      weights[token] = 0
    }
    return nil
  }

  /// The sum of the weights.
  private var mass: Double {
    var sum = 0.0
    for x in weights.indices { sum += weights[x] }
    return sum
  }

  /// Makes the weights those of `row` itself.
  private mutating func load(_ rows: ProbabilityRows, _ row: Int) {
    let base = rows.range(of: row).lowerBound
    for x in weights.indices { weights[x] = Double(rows.values[base + x]) }
  }
}
