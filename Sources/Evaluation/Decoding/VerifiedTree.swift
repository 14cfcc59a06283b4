/// A tree of a run, and what became of it.
package struct VerifiedTree: Sendable, Hashable {
  /// The index of its prompt.
  package let prompt: Int
  /// Where its root stands in the text.
  package let position: Int
  package let tree: DraftTree
  package let verdict: TreeVerdict

  /// A tree and its verdict.
  package init(prompt: Int, position: Int, tree: DraftTree, verdict: TreeVerdict) {
    (self.prompt, self.position, self.tree, self.verdict) = (prompt, position, tree, verdict)
  }
}
