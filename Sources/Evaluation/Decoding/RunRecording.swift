/// What a run is asked to leave beside its texts.
package struct RunRecording: Sendable, Hashable {
  /// Which trees the outcome holds; chains of a language model are trees of one path.
  package var trees: TreeRecording
  /// How many places that were judged it holds at most, of those whose tokens were drawn; 0 for none.
  package var places: Int

  /// Nothing, but for what is asked.
  package init(trees: TreeRecording = .none, places: Int = 0) { (self.trees, self.places) = (trees, places) }
}
