/// What the target makes of one chain of drafted tokens.
package struct Verdict: Sendable, Hashable {
  /// How many drafted tokens stand, counted from the first.
  package let acceptedCount: Int
  /// The target's own token after them: the correction at the first rejection, else the bonus token.
  package let token: Int32

  /// A verdict with its two facts.
  package init(acceptedCount: Int, token: Int32) {
    self.acceptedCount = acceptedCount
    self.token = token
  }
}
