/// One draft-and-verify cycle of one sequence, in tokens.
package struct VerificationCycle: Sendable, Hashable {
  /// How many tokens the drafter proposed one after another: the length of a chain, the levels of a tree.
  package let drafted: Int
  /// How many tokens of the drafter the target verified: those of a tree on all its levels.
  package let nodes: Int
  /// How many of them the target's rule accepted.
  package let accepted: Int
  /// How many new tokens the sequence received: accepted + 1, fewer where an end cut the run.
  package let emitted: Int
  /// Whether an end shaped this cycle, so that it says nothing about the drafter: it was begun with too little
  /// room (token limit, capacity) for a whole draft and its bonus token, or its run was cut behind an
  /// end-of-sequence token.
  package let isCut: Bool

  /// A cycle with its counts.
  ///
  /// - Parameter nodes: nil for a chain.
  package init(drafted: Int, nodes: Int? = nil, accepted: Int, emitted: Int, isCut: Bool) {
    self.nodes = nodes ?? drafted
    precondition(
      accepted >= 0 && accepted <= drafted && drafted <= self.nodes && emitted >= 0
        && emitted <= accepted + 1,
      "VerificationCycle: drafted \(drafted), accepted \(accepted), emitted \(emitted)")
    self.drafted = drafted
    self.accepted = accepted
    self.emitted = emitted
    self.isCut = isCut
  }
}
