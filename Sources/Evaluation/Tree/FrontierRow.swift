/// A row that a drafter runs for a node of a growing tree, to learn what may follow it.
package struct FrontierRow: Sendable, Hashable {
  /// The token that the row reads.
  package let token: Int32
  /// Its place among all rows that the tree has asked for, counted from 0.
  package let number: Int
  /// The numbers of the earlier rows above it, the highest first: beside the context and itself all it attends
  /// to. Their count is the row's distance from the first level.
  package let ancestors: [Int]
  /// How many tokens it is to propose at most.
  package let proposalCount: Int

  /// A row with its facts.
  package init(token: Int32, number: Int, ancestors: [Int], proposalCount: Int) {
    (self.token, self.number) = (token, number)
    (self.ancestors, self.proposalCount) = (ancestors, proposalCount)
  }

  /// The number of the row above it, whose hidden state it starts from; nil for the root's.
  package var parent: Int? { ancestors.last }
}
