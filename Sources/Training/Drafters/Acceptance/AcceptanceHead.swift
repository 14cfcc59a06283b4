package import Autodiff

/// Predicts from a drafter's state at a drafted token whether the target will accept it.
///
///     x = x + silu(block x + bias), so many times as there are layers;   (reject, accept) = softmax(head x)
///
/// The state is what the drafter's head reads at the token, so that it knows the token itself. Upstream has one block, whose
/// weights every layer uses; layers with weights of their own are an option.
///
/// Source: Huang et al., "SpecDec++", 2024, section 3.3; Kaffaljidhmah2/SpecDec_pp, `wrap_model.py`.
package final class AcceptanceHead {
  /// Its sizes.
  package struct Configuration: Sendable, Hashable {
    /// Width of the drafter's states.
    package var hiddenSize: Int
    package var layerCount: Int
    /// Whether all layers are one block.
    package var sharesBlock: Bool

    package init(hiddenSize: Int, layerCount: Int, sharesBlock: Bool) {
      precondition(hiddenSize > 0 && layerCount >= 0, "\(layerCount) layers of \(hiddenSize)")
      (self.hiddenSize, self.layerCount, self.sharesBlock) = (hiddenSize, layerCount, sharesBlock)
    }
  }

  package let configuration: Configuration
  package let store: ParameterStore
  private let blocks: [Linear]
  private let output: Linear

  /// Declares the parameters and takes their memory.
  ///
  /// - Parameters:
  ///   - isLoaded: whether every weight will come from a file instead of being drawn.
  ///   - frozen: parameters that are not trained, see `ParameterStore`.
  package init(
    _ configuration: Configuration, on backend: any Backend, isTrainable: Bool, isLoaded: Bool,
    frozen: [String] = [], deviation: Float = 0.02
  ) {
    self.configuration = configuration
    store = ParameterStore(on: backend, frozen: frozen)
    let scope = ParameterScope(store, isTrainable: isTrainable)("model")
    let initializer: Initializer = isLoaded ? .loaded : .normal(standardDeviation: deviation)
    let size = configuration.hiddenSize
    let count = configuration.sharesBlock ? min(1, configuration.layerCount) : configuration.layerCount
    blocks = (0..<count).map {
      Linear(scope($0)("linear"), inputs: size, outputs: size, hasBias: true, initializer: initializer)
    }
    output = Linear(
      scope(configuration.layerCount), inputs: size, outputs: 2, hasBias: true, initializer: initializer)
    store.reserve()
  }

  /// Logits of rejection and acceptance, [n, 2], of states [n, hidden].
  package func callAsFunction(_ states: Tensor, in g: inout Graph) -> Tensor {
    g.scope("acceptance") { g in
      var x = states
      for layer in 0..<configuration.layerCount {
        let block = blocks[configuration.sharesBlock ? 0 : layer]
        x = g.add(x, g.silu(block(x, in: &g)))
      }
      return output(x, in: &g)
    }
  }

  /// The same with weights that are not set.
  package func untrained(on backend: any Backend) -> AcceptanceHead {
    AcceptanceHead(configuration, on: backend, isTrainable: true, isLoaded: false)
  }
}
