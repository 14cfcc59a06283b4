package import Autodiff
package import Models

/// The capability of predicting from the target's hidden states.
///
/// Rows are aligned as in the EAGLE family: row t reads the state after reading x[0...t], and where the drafter wants it the
/// token x[t+1] that was chosen there, stands at position t, and predicts x[t+2]. In pass s, counted from 0, it predicts the
/// token s places behind that.
///
/// Source: Li et al., "EAGLE", 2024, section 4.
package protocol FeatureDrafter: AnyObject {
  /// Its own parameters. What it shares with the target stays in the target's store.
  var store: ParameterStore { get }
  /// The tokens that its heads have rows for; nil: all of the target's.
  var draftVocabulary: DraftVocabulary? { get }
  /// Where the target's residual stream is read, see `LanguageModel.states`; empty for drafters that read what the
  /// target's own head reads.
  var tappedLayers: [Int] { get }
  /// How a later pass of training sees those before it.
  var unrolling: VisibleKeys.Unrolling { get }
  /// Width of a state: of what a pass reads and gives out.
  var stateSize: Int { get }
  /// Heads, each once: [rows of the head, hidden].
  var heads: [Parameter] { get }
  /// Weights that drafting one token reads from memory, where a cycle drafts as many as it can.
  var decodedWeightCount: Int { get }

  /// What `DrafterPass.output` of a pass is multiplied with.
  func head(of pass: Int) -> Parameter

  /// The states of rows that the target has read, [n, stateSize], from what it shows of them, side by side: its tapped
  /// layers, or what its head reads; [n, width].
  func states(read features: Tensor, in g: inout Graph) -> Tensor

  /// One pass over some rows.
  ///
  /// - Parameters:
  ///   - number: of the pass, from 0.
  ///   - states: [n, stateSize], the target's or the drafter's own.
  ///   - tokens: int [n], the token after each state.
  ///   - positions: int [n].
  func pass(
    _ number: Int, states: Tensor, tokens: Tensor, positions: Tensor, _ context: AttentionContext,
    in g: inout Graph
  ) -> DrafterPass

  /// Lets its heads, and a norm before them, begin as the target's: with a draft vocabulary as its rows of these tokens.
  func beginWithTargetHead()

  /// The same architecture with weights that are not set, over another target of the same size.
  func untrained(over target: LanguageModel, on backend: any Backend, positions: Int) -> any FeatureDrafter

  /// The same with the heads' rows of a draft vocabulary only; they must be whole.
  ///
  /// - Returns: a frozen drafter.
  func trimmed(to vocabulary: DraftVocabulary, on backend: any Backend) -> any FeatureDrafter

  /// Gives the memory of its own weights back; no graph may use it any more.
  func release()
}

/// What a pass of a drafter gives out.
package struct DrafterPass: Sendable {
  /// The states of the rows after these, [n, stateSize].
  package let states: Tensor
  /// What the head multiplies, [n, hidden].
  package let output: Tensor
  /// What later passes of the same unrolled drafter see of this one; nil where it has no attention.
  package let projections: SelfAttention.Projections?
}

extension FeatureDrafter {
  /// The states of rows that the target reads in the same graph: [n, stateSize].
  package func states(of target: LanguageModel.States, in g: inout Graph) -> Tensor {
    states(read: features(of: target, in: &g), in: &g)
  }

  /// What the drafter wants of the target, side by side: [n, width].
  package func features(of target: LanguageModel.States, in g: inout Graph) -> Tensor {
    target.entering.isEmpty ? target.final : g.concatenateColumns(target.entering)
  }

  /// Rows of a head.
  package var headRowCount: Int { head(of: 0).shape.rows }
}
