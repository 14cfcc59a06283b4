package import Autodiff
package import Drafters

/// How an acceptance head is trained:
///
///     loss = sum over drafted tokens of [ w (1 - a) (-log P(reject)) + a (-log P(accept)) ]  /  sum of [ w (1 - a) + a ]
///
/// with the labels a of `AcceptanceLabels`. Rejections weigh more because they are rarer, and because a token taken for
/// acceptable costs more than one that is given up.
///
/// A language model is shown a text with drafts in most of its places, as in the paper. A drafter that reads hidden states
/// drafts from its own behind the first token; it is unrolled over the text, and behind each pass a row reads the draft that
/// the pass has written, with the text before it: what it reads when all drafts before were accepted, so that the labels of
/// every depth are exact (ours; the paper has no such drafter).
///
/// Source: Huang et al., "SpecDec++", 2024, section 3.3 (w 6, 0.15 of the places keep their token).
package struct AcceptanceObjective: Sendable, Hashable {
  /// w.
  package var rejectWeight: Float
  /// The share of places that keep the text's token.
  package var keptShare: Double
  /// Of the drafter and the target; 0 for greedy.
  package var temperature: Double
  /// How deep in a chain the head is shown drafts, of a drafter that reads hidden states: so many passes on its own.
  package var passCount: Int
  /// What draws derive from.
  package var seed: UInt64

  package init(
    rejectWeight: Float = 6, keptShare: Double = 0.15, temperature: Double = 1, passCount: Int = 4,
    seed: UInt64 = 0
  ) {
    precondition(passCount > 0, "an acceptance objective without drafts")
    (self.rejectWeight, self.keptShare) = (rejectWeight, keptShare)
    (self.temperature, self.passCount, self.seed) = (temperature, passCount, seed)
  }

  /// Records the head's loss over states of the drafter, [n, hidden].
  ///
  /// - Parameters:
  ///   - weights: [n, 2], see `AcceptanceLabels.weights`.
  ///   - scale: [1], 1 over their sum in the whole step.
  /// - Returns: the summed loss, [1], and the logits, [n, 2].
  package func record(
    _ head: AcceptanceHead, states: Tensor, weights: Tensor, scale: Tensor, in g: inout Graph
  ) -> (loss: Tensor, logits: Tensor) {
    let logits = head(g.detach(states), in: &g)
    return (g.weightedCrossEntropy(logits, weights: weights, scale: scale), logits)
  }
}
