package import Autodiff
package import Models

/// The drafter of EAGLE-3: three states of the target, low, middle and high, are fused; one layer reads them and the next
/// token; a head of its own predicts, over a part of the vocabulary if it is told to.
///
///     g = fc [low, middle, high]                                    the target's rows only; its own states skip it
///     h = g + attention [norm(embedding(token)), norm(g)]           the residual is g as it is
///     h = h + feedForward(norm h)
///     logits = lm_head norm(h);   state' = h                        before the last norm
///
/// The embedding is the target's, frozen, and not copied. Parameters bear the names of the published files.
///
/// Source: Li et al., "EAGLE-3", 2025; SafeAILab/EAGLE, `traineagle3/cnets.py`.
package final class Eagle3Drafter: RecurrentDrafter {
  package let configuration: FeatureDrafterConfiguration
  package let store: ParameterStore
  package let head: Parameter
  package private(set) var draftVocabulary: DraftVocabulary?
  let target: LanguageModel
  private let fusion: Linear
  private let embeddingNorm: RMSNorm
  private let stateNorm: RMSNorm
  private let layer: FeatureDrafterLayer
  /// Standard deviation of drawn weights.
  package static let standardDeviation: Float = 0.02
  private let finalNorm: RMSNorm
  private let backend: any Backend

  /// Declares the parameters and takes their memory.
  ///
  /// - Parameters:
  ///   - target: its embedding is shared; must outlive the drafter's graphs.
  ///   - positions: how many positions the rotary table covers.
  ///   - isLoaded: whether every weight will come from a file instead of being drawn.
  ///   - frozen: parameters that are not trained, see `ParameterStore`.
  ///   - deviation: standard deviation of drawn weights.
  package init(
    _ configuration: FeatureDrafterConfiguration, target: LanguageModel, on backend: any Backend,
    positions: Int, isTrainable: Bool, isLoaded: Bool, frozen: [String] = [],
    deviation: Float = standardDeviation
  ) {
    let size = configuration.hiddenSize
    precondition(size == target.configuration.hiddenSize, "the target's embedding is as wide as its states")
    (self.configuration, self.target, self.backend) = (configuration, target, backend)
    store = ParameterStore(on: backend, frozen: frozen)
    let scope = ParameterScope(store, isTrainable: isTrainable)
    let initializer: Initializer = isLoaded ? .loaded : .normal(standardDeviation: deviation)
    fusion = Linear(
      scope("fc"), inputs: configuration.tappedLayers.count * size, outputs: size, initializer: initializer)
    let middle = scope("midlayer")
    embeddingNorm = configuration.norm(middle("input_layernorm"), initializer)
    stateNorm = configuration.norm(middle("hidden_norm"), initializer)
    layer = FeatureDrafterLayer(
      middle, configuration, inputSize: 2 * size, initializer: initializer,
      rotary: configuration.rotaryTable(positions: positions, on: backend), on: backend)
    finalNorm = configuration.norm(scope("norm"), initializer)
    draftVocabulary = configuration.draftVocabulary
    let rows = configuration.draftVocabulary?.count ?? target.configuration.vocabularySize
    head = scope("lm_head").parameter("weight", [rows, size], initializer)
    store.reserve()
  }

  /// Multiplies the weights of the fusion, so that drawn ones have another standard deviation.
  package func scaleFusion(by factor: Float) {
    store.write(store.read(fusion.weight).map { $0 * factor }, to: fusion.weight)
  }

  package var tappedLayers: [Int] { configuration.tappedLayers }
  package var unrolling: VisibleKeys.Unrolling { .sameRow }
  package var stateSize: Int { configuration.hiddenSize }

  package func states(read features: Tensor, in g: inout Graph) -> Tensor {
    g.scope("eagle3") { fusion(features, in: &$0) }
  }

  package func pass(
    states: Tensor, tokens: Tensor, positions: Tensor, _ context: AttentionContext, in g: inout Graph
  ) -> DrafterPass {
    g.scope("eagle3") { g in
      let embedded = embeddingNorm(target.embedding(tokens, in: &g), in: &g)
      let x = g.concatenateColumns([embedded, stateNorm(states, in: &g)])
      let next = layer(x, residual: states, positions: positions, context, in: &g)
      return DrafterPass(
        states: next.states, output: finalNorm(next.states, in: &g), projections: next.projections)
    }
  }

  /// Says which tokens the rows of the head are, before graphs are made: a run may know their number first.
  package func adopt(_ vocabulary: DraftVocabulary) {
    precondition(
      vocabulary.count == head.shape.rows, "\(vocabulary.count) tokens for \(head.shape.rows) rows")
    draftVocabulary = vocabulary
  }

  package func beginWithTargetHead() {
    store.write(target.rowsOfHead(draftVocabulary), to: head)
    store.write(target.store.read(target.finalNorm.weight), to: finalNorm.weight)
  }

  package func untrained(
    over target: LanguageModel, on backend: any Backend, positions: Int
  ) -> any FeatureDrafter {
    Eagle3Drafter(
      configuration, target: target, on: backend, positions: positions, isTrainable: true, isLoaded: false)
  }

  package func makeCache(lines: Int, capacity: Int) -> KeyValueCache {
    configuration.makeCache(lines: lines, capacity: capacity, on: backend)
  }
}
