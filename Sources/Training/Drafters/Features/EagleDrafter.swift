package import Autodiff
package import Models

/// The drafter of EAGLE-1, EAGLE-2 and HASS: the target's last state and the next token are fused, one decoder layer turns
/// them into the target's next state, and the target's own head reads that.
///
///     x = fc [embedding(token), state]        the embedding first
///     h = x + attention(x)                    no norm before attention
///     state' = h + feedForward(norm h)        no norm behind it
///
/// Embedding and head are the target's, frozen, and not copied; with a draft vocabulary the head is a copy of some of its
/// rows. Parameters bear the names of the published files.
///
/// Source: Li et al., "EAGLE", 2024; SafeAILab/EAGLE, `cnets1.py`.
package final class EagleDrafter: RecurrentDrafter {
  package let configuration: FeatureDrafterConfiguration
  package let store: ParameterStore
  package let tappedLayers: [Int] = []
  package let head: Parameter
  private let target: LanguageModel
  /// Holds the rows of a draft vocabulary; nil where the target's head is read whole.
  private let rowsOfHead: ParameterStore?
  private let fusion: Linear
  private let layer: FeatureDrafterLayer
  private let backend: any Backend

  /// Declares the parameters and takes their memory.
  ///
  /// - Parameters:
  ///   - target: its embedding and head are shared; must outlive the drafter's graphs.
  ///   - positions: how many positions the rotary table covers.
  ///   - isLoaded: whether every weight will come from a file instead of being drawn.
  ///   - frozen: parameters that are not trained, see `ParameterStore`.
  ///   - deviation: standard deviation of drawn weights.
  package init(
    _ configuration: FeatureDrafterConfiguration, target: LanguageModel, on backend: any Backend,
    positions: Int, isTrainable: Bool, isLoaded: Bool, frozen: [String] = [], deviation: Float = 0.02
  ) {
    let size = configuration.hiddenSize
    precondition(size == target.configuration.hiddenSize, "the target's head reads the drafter's states")
    (self.configuration, self.target, self.backend) = (configuration, target, backend)
    store = ParameterStore(on: backend, frozen: frozen)
    let scope = ParameterScope(store, isTrainable: isTrainable)
    let initializer: Initializer = isLoaded ? .loaded : .normal(standardDeviation: deviation)
    fusion = Linear(
      scope("fc"), inputs: 2 * size, outputs: size, hasBias: configuration.hasFusionBias,
      initializer: initializer)
    layer = FeatureDrafterLayer(
      scope("layers")(0), configuration, inputSize: size, initializer: initializer,
      rotary: configuration.rotaryTable(positions: positions, on: backend), on: backend)
    store.reserve()
    (rowsOfHead, head) = Self.head(of: target, configuration.draftVocabulary, on: backend)
  }

  private static func head(
    of target: LanguageModel, _ vocabulary: DraftVocabulary?, on backend: any Backend
  ) -> (ParameterStore?, Parameter) {
    guard let vocabulary else { return (nil, target.head) }
    let store = ParameterStore(on: backend)
    let head = ParameterScope(store, isTrainable: false)("lm_head").parameter(
      "weight", [vocabulary.count, target.configuration.hiddenSize], .loaded)
    store.reserve()
    store.write(target.rowsOfHead(vocabulary), to: head)
    return (store, head)
  }

  package var draftVocabulary: DraftVocabulary? { configuration.draftVocabulary }
  package var unrolling: VisibleKeys.Unrolling { .diagonal }
  package var stateSize: Int { configuration.hiddenSize }

  package func states(read features: Tensor, in g: inout Graph) -> Tensor { features }

  package func pass(
    states: Tensor, tokens: Tensor, positions: Tensor, _ context: AttentionContext, in g: inout Graph
  ) -> DrafterPass {
    g.scope("eagle") { g in
      let embedded = target.embedding(tokens, in: &g)
      let x = fusion(g.concatenateColumns([embedded, states]), in: &g)
      let next = layer(x, residual: x, positions: positions, context, in: &g)
      return DrafterPass(states: next.states, output: next.states, projections: next.projections)
    }
  }

  /// Its head is the target's in any case.
  package func beginWithTargetHead() {}

  package func untrained(
    over target: LanguageModel, on backend: any Backend, positions: Int
  ) -> any FeatureDrafter {
    EagleDrafter(
      configuration, target: target, on: backend, positions: positions, isTrainable: true, isLoaded: false)
  }

  package func trimmed(to vocabulary: DraftVocabulary, on backend: any Backend) -> any FeatureDrafter {
    precondition(draftVocabulary == nil, "a head that is trimmed already")
    var smaller = configuration
    smaller.draftVocabulary = vocabulary
    let made = EagleDrafter(
      smaller, target: target, on: backend, positions: target.rotary.positionCount, isTrainable: false,
      isLoaded: true)
    made.store.copy(store)
    return made
  }

  package func release() {
    store.release()
    rowsOfHead?.release()
  }

  package func makeCache(lines: Int, capacity: Int) -> KeyValueCache {
    configuration.makeCache(lines: lines, capacity: capacity, on: backend)
  }
}
