/// A place of a text for which something was drafted and judged, and what both models said there.
///
/// Both distributions, [v], are over the target's vocabulary and as the line's warpers leave them: a token that the
/// drafter cannot write has no mass in its own.
package struct JudgedPlace: Sendable, Hashable {
  /// The index of its prompt.
  package let prompt: Int
  /// Where the token stands behind which was drafted; what was emitted stands one further.
  package let position: Int
  /// The target's distribution.
  package let target: [Float]
  /// The drafter's distribution, from what it had read when it drafted here.
  package let draft: [Float]

  /// A place with its facts.
  package init(prompt: Int, position: Int, target: [Float], draft: [Float]) {
    (self.prompt, self.position, self.target, self.draft) = (prompt, position, target, draft)
  }
}
