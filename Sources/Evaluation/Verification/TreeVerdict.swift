/// What the target makes of a draft tree.
package struct TreeVerdict: Sendable, Hashable {
  /// The accepted nodes from the root's child down, the root excluded; each is the parent of the next.
  package let acceptedNodes: [Int]
  /// The target's own token after them: the correction or, behind a leaf, the bonus token.
  package let token: Int32

  /// A verdict with its two facts.
  package init(acceptedNodes: [Int], token: Int32) {
    self.acceptedNodes = acceptedNodes
    self.token = token
  }

  /// How many drafted tokens stand; a cycle emits one more.
  package var acceptedCount: Int { acceptedNodes.count }
}
