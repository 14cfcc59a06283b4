/// Texts that were drafted and verified, and what happened on the way to them.
package struct SpeculativeOutcome: Sendable {
  /// The completions in the order of the requests.
  package let completions: [Completion]
  /// All cycles, prompt by prompt in the same order.
  package let log: AcceptanceLog
  /// The trees of all cycles in the order in which they were verified, where that was asked for.
  package let trees: [VerifiedTree]
  /// Where drafts were judged, and what both models said there, where that was asked for.
  package let places: JudgedPlaces
}
