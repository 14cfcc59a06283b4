/// Greedy verification of a chain: a drafted token stands while it is the target's own choice.
package enum GreedyChainRule {
  /// Compares drafted tokens with the target's choices.
  ///
  /// - Parameters:
  ///   - drafted: `[g]` the drafted tokens.
  ///   - targetChoices: `[g + 1]`: the target's greedy token after the context and i drafted tokens.
  package static func verify(drafted: ArraySlice<Int32>, targetChoices: ArraySlice<Int32>) -> Verdict {
    precondition(
      targetChoices.count == drafted.count + 1,
      "GreedyChainRule: \(targetChoices.count) choices for \(drafted.count) drafted tokens")
    let accepted = zip(drafted, targetChoices).prefix { $0 == $1 }.count
    return Verdict(acceptedCount: accepted, token: targetChoices[targetChoices.startIndex + accepted])
  }
}
