/// Lossless verification of a tree whose candidates were drawn: a rule for several candidates at each node.
///
/// Text follows the target's law exactly where the rule is the one that drew.
package struct DrawnTreeRule {
  private let rule: any MultiCandidateRule

  /// The rule that drew the candidates.
  package init(_ rule: any MultiCandidateRule) { self.rule = rule }

  /// Decides which path of a tree stands and what follows it.
  ///
  /// - Parameters:
  ///   - target: row `targetRow + i` is the target's distribution after node i.
  ///   - distributions: what the children of each inner node were drawn from, [v].
  ///   - decisions: asked once per examined child and once for the emitted token.
  package func verify(
    tree: DraftTree, target: ProbabilityRows, targetRow: Int, distributions: [Int: [Double]],
    decisions: inout some DecisionSource
  ) -> TreeVerdict {
    var node = 0
    var accepted: [Int] = []
    while true {
      let p = target.values[target.range(of: targetRow + node)].map(Double.init).normalized()
      let children = Array(tree.children(of: node))
      guard !children.isEmpty, let q = distributions[node] else {
        return TreeVerdict(acceptedNodes: accepted, token: Int32(decisions.draw(from: p)))
      }
      let verdict = rule.verify(
        candidates: children.map { tree.tokens[$0] }, target: p, draft: q, decisions: &decisions)
      guard let index = verdict.acceptedIndex else {
        return TreeVerdict(acceptedNodes: accepted, token: verdict.token)
      }
      accepted.append(children[index])
      node = children[index]
    }
  }
}
