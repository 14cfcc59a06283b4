package import Models

/// A size for a standalone drafter that is cheap beside its target: a quarter as wide, and hardly deep.
///
/// A place to start from, not a rule. Widths are multiples of what the kernels take at once; the vocabulary is the
/// target's.
package struct StandaloneSize: Sendable, Equatable {
  /// Width of the residual stream, a multiple of 32.
  package let hidden: Int
  package let layers: Int

  /// A size of this width and depth.
  package init(hidden: Int, layers: Int) {
    precondition(hidden > 0 && hidden.isMultiple(of: 32) && layers > 0, "width \(hidden), depth \(layers)")
    (self.hidden, self.layers) = (hidden, layers)
  }

  /// A quarter of the target's width, at least 32, and one block for each four of the target's, at most two.
  package init(for target: ModelConfiguration) {
    self.init(
      hidden: max(32, Self.rounded(Double(target.hiddenSize) / 4, to: 32)),
      layers: min(2, max(1, target.layerCount / 4)))
  }

  /// Of the widest kind, 64 or 32, of which there are four; else of width 16, which divides every `hidden`.
  package var heads: Int {
    let width = [64, 32].first { hidden.isMultiple(of: $0) && hidden / $0 >= 4 } ?? 16
    return hidden / width
  }

  /// Half as many as heads, where that is a whole number.
  package var keyValueHeads: Int { heads.isMultiple(of: 2) ? heads / 2 : heads }

  /// Width inside the feed-forward block: 2.7 times `hidden`, a multiple of 16.
  package var feedForward: Int { Self.rounded(2.7 * Double(hidden), to: 16) }

  /// The architecture of this size that drafts for a target, head and embedding tied.
  package func configuration(for target: ModelConfiguration) -> ModelConfiguration {
    ModelConfiguration(
      vocabularySize: target.vocabularySize, hiddenSize: hidden, feedForwardSize: feedForward,
      layerCount: layers, headCount: heads, kvHeadCount: keyValueHeads, maxPositions: target.maxPositions)
  }

  private static func rounded(_ value: Double, to step: Int) -> Int {
    Int((value / Double(step)).rounded()) * step
  }
}
