/// Greedy verification of a tree: a node stands while its whole path is the target's own choice.
///
/// The deepest standing node wins. Siblings with different tokens leave one standing path at most, the walk from
/// the root along the target's choices; where siblings repeat a token, the lower node wins among equally deep.
///
/// Source: EAGLE, `evaluate_posterior` of eagle/model/utils.py, which multiplies matches along every path from
/// root to leaf and takes the first of the longest.
package enum GreedyTreeRule {
  /// Compares a tree's tokens with the target's choices.
  ///
  /// - Parameters:
  ///   - tree: n nodes, the root holding the last token that is known.
  ///   - targetChoices: `[n]`: the target's greedy token after each node.
  package static func verify(tree: DraftTree, targetChoices: ArraySlice<Int32>) -> TreeVerdict {
    precondition(
      targetChoices.count == tree.count,
      "GreedyTreeRule: \(targetChoices.count) choices for \(tree.count) nodes")
    let base = targetChoices.startIndex
    var stands = [Bool](repeating: false, count: tree.count)
    stands[0] = true
    var deepest = 0
    for node in 1..<tree.count {
      let parent = tree.parents[node]
      stands[node] = stands[parent] && tree.tokens[node] == targetChoices[base + parent]
      if stands[node], tree.depths[node] > tree.depths[deepest] { deepest = node }
    }
    return TreeVerdict(
      acceptedNodes: Array(tree.path(to: deepest).dropFirst()), token: targetChoices[base + deepest])
  }
}
