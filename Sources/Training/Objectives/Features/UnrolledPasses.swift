package import Autodiff
package import Drafters
internal import Models

/// The passes of an unrolled drafter over a packed batch, recorded one after another: each reads what the one before gave
/// out, at the same rows or at the rows behind.
package struct UnrolledPasses {
  private let drafter: any FeatureDrafter
  private let inputs: UnrolledInputs
  /// What the next pass reads.
  private var entering: Tensor
  /// Those recorded.
  package private(set) var made: [DrafterPass] = []

  /// - Parameter states: of the target, as the drafter reads them: [n, stateSize].
  package init(_ drafter: any FeatureDrafter, _ inputs: UnrolledInputs, states: Tensor) {
    (self.drafter, self.inputs, entering) = (drafter, inputs, states)
  }

  /// Records the next pass.
  package mutating func advance(_ unrolling: VisibleKeys.Unrolling, in g: inout Graph) {
    let pass = pass(tokens: inputs.passes[made.count].tokens, in: &g)
    made.append(pass)
    guard made.count < inputs.passes.count else { return }
    switch unrolling {
    case .sameRow: entering = pass.states
    case .diagonal:
      entering = g.embedding(
        g.concatenateKeys([g.detach(pass.states), g.detach(entering)], batch: 1), ids: inputs.previousRows)
    }
  }

  /// Records the next pass with other tokens in the places of the text's. No later pass sees it.
  ///
  /// - Parameter tokens: int [n].
  package func pass(tokens: Tensor, in g: inout Graph) -> DrafterPass {
    let rows = inputs.passes[made.count]
    return drafter.pass(
      made.count, states: entering, tokens: tokens, positions: rows.positions, context(rows.mask), in: &g)
  }

  private func context(_ mask: AttentionMask<Tensor>) -> AttentionContext {
    let earlier = made.compactMap(\.projections)
    return earlier.isEmpty
      ? .packed(batch: inputs.batch, length: inputs.length, mask: mask)
      : .unrolled(batch: inputs.batch, length: inputs.length, mask: mask, earlier: earlier)
  }
}
