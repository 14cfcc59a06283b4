/// What the target makes of several candidates for one position.
package struct CandidateVerdict: Sendable, Hashable {
  /// Which candidate stands, in the order they were verified in; nil where all were rejected.
  package let acceptedIndex: Int?
  /// The token that is emitted: the accepted candidate, else the target's own correction.
  package let token: Int32

  /// A verdict with its two facts.
  package init(acceptedIndex: Int?, token: Int32) {
    self.acceptedIndex = acceptedIndex
    self.token = token
  }
}
