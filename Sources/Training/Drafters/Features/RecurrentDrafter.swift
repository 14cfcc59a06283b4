package import Autodiff

/// A drafter of the EAGLE family: what a row gives out can be the state of the row after it, so that a chain or tree of
/// drafts needs no target. Every pass is the same.
package protocol RecurrentDrafter: FeatureDrafter {
  /// Its sizes.
  var configuration: FeatureDrafterConfiguration { get }
  /// Its one head, or the target's.
  var head: Parameter { get }

  /// One pass over some rows; see `FeatureDrafter`.
  func pass(
    states: Tensor, tokens: Tensor, positions: Tensor, _ context: AttentionContext, in g: inout Graph
  ) -> DrafterPass

  /// A fresh key/value cache.
  func makeCache(lines: Int, capacity: Int) -> KeyValueCache
}

extension RecurrentDrafter {
  package var heads: [Parameter] { [head] }

  package func head(of pass: Int) -> Parameter { head }

  package func pass(
    _ number: Int, states: Tensor, tokens: Tensor, positions: Tensor, _ context: AttentionContext,
    in g: inout Graph
  ) -> DrafterPass {
    pass(states: states, tokens: tokens, positions: positions, context, in: &g)
  }

  /// Its own weights, and where the head is not among them those rows of the target's that it reads.
  package var decodedWeightCount: Int { store.weightCount + (ownsHead ? 0 : head.shape.count) }

  /// Whether the head is its own, and not the target's.
  private var ownsHead: Bool { store.parameters.contains { $0.name == head.name } }
}
