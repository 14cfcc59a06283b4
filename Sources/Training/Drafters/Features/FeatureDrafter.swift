package import Autodiff
package import Models

/// The capability of predicting from the target's hidden states, and from its own where the target's are not known yet.
///
/// Rows are aligned as in every drafter of the EAGLE family: row t reads the state after reading x[0...t] and the token
/// x[t+1] that was chosen there, stands at position t, and predicts x[t+2]. What a row gives out can be the state of the
/// row after it, so that a chain or tree of drafts needs no target.
///
/// Source: Li et al., "EAGLE", 2024, section 4.
package protocol FeatureDrafter: AnyObject {
  /// Its sizes.
  var configuration: FeatureDrafterConfiguration { get }
  /// Its own parameters. What it shares with the target stays in the target's store.
  var store: ParameterStore { get }
  /// What the head multiplies `DrafterPass.output` with: [rows of the head, hidden].
  var head: Parameter { get }
  /// The tokens that the head has rows for; nil: all of the target's.
  var draftVocabulary: DraftVocabulary? { get }
  /// Where the target's residual stream is read, see `LanguageModel.states`; empty for drafters that read what the
  /// target's own head reads.
  var tappedLayers: [Int] { get }
  /// How a later pass of training sees those before it.
  var unrolling: VisibleKeys.Unrolling { get }
  /// Width of a state: of what a pass reads and gives out.
  var stateSize: Int { get }

  /// The states of rows that the target has read, [n, stateSize], from what it shows of them, side by side: its tapped
  /// layers, or what its head reads; [n, width].
  func states(read features: Tensor, in g: inout Graph) -> Tensor

  /// One pass over some rows.
  ///
  /// - Parameters:
  ///   - states: [n, stateSize], the target's or the drafter's own.
  ///   - tokens: int [n], the token after each state.
  ///   - positions: int [n].
  func pass(
    states: Tensor, tokens: Tensor, positions: Tensor, _ context: AttentionContext, in g: inout Graph
  ) -> DrafterPass

  /// The same architecture with weights that are not set, over another target of the same size.
  func untrained(over target: LanguageModel, on backend: any Backend, positions: Int) -> any FeatureDrafter

  /// The same with the head's rows of a draft vocabulary only; its head must be whole.
  ///
  /// - Returns: a frozen drafter.
  func trimmed(to vocabulary: DraftVocabulary, on backend: any Backend) -> any FeatureDrafter

  /// Gives the memory of its own weights back; no graph may use it any more.
  func release()

  /// A fresh key/value cache.
  func makeCache(lines: Int, capacity: Int) -> KeyValueCache
}

/// What a pass of a drafter gives out.
package struct DrafterPass: Sendable {
  /// The states of the rows after these, [n, stateSize].
  package let states: Tensor
  /// What the head multiplies, [n, hidden].
  package let output: Tensor
  /// What later passes of the same unrolled drafter see of this one.
  package let projections: SelfAttention.Projections
}

extension FeatureDrafter {
  /// Weights that drafting one token reads from memory: its own, and where the head is not among them those of the target's
  /// head that it reads.
  package var decodedWeightCount: Int { store.weightCount + (ownsHead ? 0 : head.shape.count) }

  /// Whether the head is its own, and not the target's.
  package var ownsHead: Bool { store.parameters.contains { $0.name == head.name } }

  /// The states of rows that the target reads in the same graph: [n, stateSize].
  package func states(of target: LanguageModel.States, in g: inout Graph) -> Tensor {
    states(read: features(of: target, in: &g), in: &g)
  }

  /// What the drafter wants of the target, side by side: [n, width].
  package func features(of target: LanguageModel.States, in g: inout Graph) -> Tensor {
    target.entering.isEmpty ? target.final : g.concatenateColumns(target.entering)
  }
}
