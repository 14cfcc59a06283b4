/// What a run is asked to leave beside its texts.
package struct RunRecording: Sendable, Hashable {
  /// Which trees the outcome holds; chains of a language model are trees of one path.
  package var trees: TreeRecording

  /// Nothing, but for what is asked.
  package init(trees: TreeRecording = .none) { self.trees = trees }
}
