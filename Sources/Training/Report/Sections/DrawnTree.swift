internal import Charts
internal import Evaluation
internal import Foundation

/// A verified tree as it is drawn: what became of each node, and the target's own token behind the accepted ones.
struct DrawnTree {
  let tree: SpelledTree

  init(_ tree: SpelledTree) { self.tree = tree }

  var diagram: TreeDiagram {
    let shape = tree.verified.tree
    let accepted = tree.verified.verdict.acceptedNodes
    var nodes = shape.tokens.indices.map(node)
    // Put in place of what was rejected, or behind a leaf.
    let last = accepted.last ?? 0
    let isBonus = shape.children(of: last).isEmpty
    nodes.append(
      TreeDiagram.Node(
        parent: last, text: Self.label(tree.ownText), detail: isBonus ? "bonus" : "target",
        hint:
          "\(isBonus ? "behind all that was drafted there" : "instead of what was drafted there"): the target's own token \(tree.verified.verdict.token)",
        role: .correction))
    let text = accepted.map { tree.texts[$0] }.joined() + tree.ownText
    return TreeDiagram(nodes, label: "draft tree; the cycle wrote " + VisibleText.of(text))
  }

  private func node(_ index: Int) -> TreeDiagram.Node {
    let shape = tree.verified.tree
    let parent = shape.parents[index]
    var hint = "token \(shape.tokens[index])"
    var detail = ""
    if parent >= 0, let paths = shape.pathLogProbabilities {
      // −∞ less −∞ is no number: behind the impossible nothing has a probability.
      let own = paths[parent].isFinite ? exp(paths[index] - paths[parent]) : 0
      detail = Self.percent(own)
      hint += "\nprobability here \(Self.percent(own))\nof the whole path \(Self.percent(exp(paths[index])))"
    }
    return TreeDiagram.Node(
      parent: parent < 0 ? nil : parent, text: Self.label(tree.texts[index]), detail: detail, hint: hint,
      role: role(of: index))
  }

  private func role(of index: Int) -> TreeDiagram.Role {
    let parent = tree.verified.tree.parents[index]
    let accepted = tree.verified.verdict.acceptedNodes
    if parent < 0 { return .root }
    if accepted.contains(index) { return .accepted }
    return parent == 0 || accepted.contains(parent) ? .rejected : .unreached
  }

  /// `87 %`, `0.4 %`
  private static func percent(_ share: Double) -> String {
    NumberText.fixed(100 * share, share >= 0.0995 || share == 0 ? 0 : share >= 0.001 ? 1 : 3) + " %"
  }

  private static let longest = 18

  /// A token as its box shows it: short, with nothing invisible in it.
  private static func label(_ text: String) -> String {
    let visible = VisibleText.of(text)
    if visible.isEmpty { return "∅" }
    return visible.count <= longest ? visible : String(visible.prefix(longest - 1)) + "…"
  }
}
