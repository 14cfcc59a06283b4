package import Autodiff
package import Models

/// Medusa: heads beside the target's own, each of which predicts from the same state a token one further ahead.
///
///     x = state;   x = x + silu(block x + bias), for each block;   logits = head x
///
/// The head of pass s predicts the token s + 2 behind the last that the state has read: the one after that is chosen already
/// when heads are asked. They do not see the tokens between, nor one another. Blocks have weights of their own: upstream
/// repeats one block's where there are several.
///
/// Source: Cai et al., "Medusa", 2024, section 2.1; FasterDecoding/Medusa, `medusa_model.py`.
package final class MedusaDrafter: FeatureDrafter {
  package let configuration: MedusaConfiguration
  package let store: ParameterStore
  package let heads: [Parameter]
  package let tappedLayers: [Int] = []
  private let blocks: [[Linear]]
  private let target: LanguageModel

  /// Declares the parameters and takes their memory. Blocks begin as the identity.
  ///
  /// - Parameters:
  ///   - target: whose states are read; must outlive the drafter's graphs.
  ///   - isLoaded: whether every weight will come from a file instead of being drawn.
  ///   - frozen: parameters that are not trained, see `ParameterStore`.
  ///   - deviation: standard deviation of drawn heads.
  package init(
    _ configuration: MedusaConfiguration, target: LanguageModel, on backend: any Backend, isTrainable: Bool,
    isLoaded: Bool, frozen: [String] = [], deviation: Float = 0.02
  ) {
    let size = configuration.hiddenSize
    precondition(size == target.configuration.hiddenSize, "heads read the target's states")
    (self.configuration, self.target) = (configuration, target)
    store = ParameterStore(on: backend, frozen: frozen)
    let scope = ParameterScope(store, isTrainable: isTrainable)
    var (heads, blocks): ([Parameter], [[Linear]]) = ([], [])
    for number in 0..<configuration.headCount {
      let head = scope(number)
      blocks.append(
        (0..<configuration.layerCount).map { layer in
          Linear(
            head(layer)("linear"), inputs: size, outputs: size, hasBias: true,
            initializer: isLoaded ? .loaded : .constant(0))
        })
      heads.append(
        head(configuration.layerCount).parameter(
          "weight", [configuration.headRowCount, size],
          isLoaded ? .loaded : .normal(standardDeviation: deviation)))
    }
    (self.heads, self.blocks) = (heads, blocks)
    store.reserve()
  }

  package var draftVocabulary: DraftVocabulary? { configuration.draftVocabulary }
  package var unrolling: VisibleKeys.Unrolling { .sameRow }
  package var stateSize: Int { configuration.hiddenSize }
  /// A cycle reads every head once.
  package var decodedWeightCount: Int { store.weightCount / configuration.headCount }

  package func head(of pass: Int) -> Parameter { heads[pass] }

  package func states(read features: Tensor, in g: inout Graph) -> Tensor { features }

  /// What head `number` multiplies, [n, hidden].
  package func output(of number: Int, states: Tensor, in g: inout Graph) -> Tensor {
    g.scope("medusa.\(number)") { g in
      blocks[number].reduce(states) { x, block in g.add(x, g.silu(block(x, in: &g))) }
    }
  }

  package func pass(
    _ number: Int, states: Tensor, tokens: Tensor, positions: Tensor, _ context: AttentionContext,
    in g: inout Graph
  ) -> DrafterPass {
    DrafterPass(states: states, output: output(of: number, states: states, in: &g), projections: nil)
  }

  package func beginWithTargetHead() {
    let rows = target.rowsOfHead(draftVocabulary)
    for head in heads { store.write(rows, to: head) }
  }

  package func untrained(
    over target: LanguageModel, on backend: any Backend, positions: Int
  ) -> any FeatureDrafter {
    MedusaDrafter(configuration, target: target, on: backend, isTrainable: true, isLoaded: false)
  }

  package func trimmed(to vocabulary: DraftVocabulary, on backend: any Backend) -> any FeatureDrafter {
    precondition(draftVocabulary == nil, "heads that are trimmed already")
    var smaller = configuration
    smaller.draftVocabulary = vocabulary
    let made = MedusaDrafter(smaller, target: target, on: backend, isTrainable: false, isLoaded: true)
    made.store.copy(store, leavingOut: Set(heads.map(\.name)))
    for (own, new) in zip(heads, made.heads) {
      made.store.write(store.rows(of: own, vocabulary.targetIDs), to: new)
    }
    return made
  }

  package func release() { store.release() }
}
