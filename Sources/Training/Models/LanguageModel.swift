package import Autodiff

/// A decoder: embedding, blocks, final norm, head.
///
/// Parameters bear Hugging Face's names (`model.layers.0.self_attn.q_proj.weight`), so that loading and exporting
/// need no table.
package final class LanguageModel {
  package let configuration: ModelConfiguration
  package let store: ParameterStore
  package let embedding: Embedding
  package let blocks: [TransformerBlock]
  package let finalNorm: RMSNorm
  /// [head rows, hidden]: the head's weight, which is the embedding's when they are tied.
  package let head: Parameter
  package let rotary: RotaryTable
  private let backend: any Backend

  /// Declares all parameters and takes their memory.
  ///
  /// - Parameters:
  ///   - positions: how many positions the rotary table covers; at least as long as any sequence.
  ///   - isLoaded: whether every weight will come from a file (they are born NaN) instead of being drawn.
  ///   - frozen: parameters that are not trained, see `ParameterStore`.
  ///   - storage: how frozen matrices are kept in memory.
  ///   - deviation: standard deviation of drawn weights.
  package init(
    _ configuration: ModelConfiguration, on backend: any Backend, positions: Int? = nil, isTrainable: Bool,
    isLoaded: Bool, frozen: [String] = [], storage: ElementType = .float32, deviation: Float = 0.02
  ) {
    self.configuration = configuration
    self.backend = backend
    store = ParameterStore(on: backend, frozen: frozen, storage: storage)
    let scope = ParameterScope(store, isTrainable: isTrainable)
    // GPT-2's scheme: layers that write into the residual stream start smaller by 1/sqrt(2 layers).
    let residual = deviation / Float(2 * max(configuration.layerCount, 1)).squareRoot()
    let initializer: Initializer = isLoaded ? .loaded : .normal(standardDeviation: deviation)
    embedding = Embedding(
      scope("model")("embed_tokens"), vocabulary: configuration.vocabularySize,
      size: configuration.hiddenSize,
      initializer: initializer)
    blocks = (0..<configuration.layerCount).map { layer in
      TransformerBlock(
        scope("model")("layers")(layer), size: configuration.hiddenSize, inner: configuration.feedForwardSize,
        heads: configuration.headCount, kvHeads: configuration.kvHeadCount, headSize: configuration.headSize,
        epsilon: configuration.normEpsilon, attention: configuration.attention(layer: layer),
        hasFeedForwardBias: configuration.hasFeedForwardBias, initializer: initializer,
        residualInitializer: isLoaded ? .loaded : .normal(standardDeviation: residual))
    }
    finalNorm = RMSNorm(
      scope("model")("norm"), size: configuration.hiddenSize, epsilon: configuration.normEpsilon,
      initializer: isLoaded ? .loaded : .constant(1))
    head =
      configuration.tiesEmbeddings
      ? embedding.weight
      : scope("lm_head").parameter(
        "weight", [configuration.headRowCount, configuration.hiddenSize], initializer)
    store.reserve()
    let positions = positions ?? configuration.maxPositions
    let frequencies = configuration.rotaryFrequencies(positions: positions)
    rotary = RotaryTable(
      inverseFrequencies: frequencies.inverse, scale: frequencies.scale, positionCount: positions, on: backend
    )
  }

  /// The hidden states after the final norm, which is what the head multiplies.
  ///
  /// - Parameters:
  ///   - tokens, positions: int [n].
  /// - Returns: [n, hidden].
  package func hidden(
    tokens: Tensor, positions: Tensor, _ context: AttentionContext, in g: inout Graph
  ) -> Tensor {
    states(tokens: tokens, positions: positions, context, entering: [], in: &g).final
  }

  /// What a forward pass shows of itself.
  package struct States: Sendable {
    /// After the final norm, [n, hidden].
    package let final: Tensor
    /// The residual stream as it entered the layers that were asked for, each [n, hidden].
    package let entering: [Tensor]

    /// States that come from a forward pass, or from where one has put them.
    package init(final: Tensor, entering: [Tensor]) { (self.final, self.entering) = (final, entering) }
  }

  /// The hidden states after the final norm, and the residual stream at some places.
  ///
  /// - Parameters:
  ///   - tokens, positions: int [n].
  ///   - layers: how many layers have been applied where the residual stream is wanted: 0 is the embedding, `layerCount`
  ///     what the final norm reads. Number x is what goes into layer x counted from 0, the output of layer x - 1.
  package func states(
    tokens: Tensor, positions: Tensor, _ context: AttentionContext, entering layers: [Int],
    in g: inout Graph
  ) -> States {
    precondition(
      layers.allSatisfy { (0...blocks.count).contains($0) }, "layers \(layers) of \(blocks.count)")
    return g.scope("model") { g in
      var residuals = [embedding(tokens, in: &g)]
      for (layer, block) in blocks.enumerated() {
        residuals.append(
          block(
            residuals[layer], positions: positions, rotary: rotary, layer: layer, context, on: backend,
            in: &g))
      }
      return States(
        final: finalNorm(residuals[blocks.count], in: &g), entering: layers.map { residuals[$0] })
    }
  }

  /// A fresh key/value cache for this model.
  package func makeCache(lines: Int, capacity: Int) -> KeyValueCache {
    KeyValueCache(
      layers: configuration.layerCount,
      CacheSize(
        lines: lines, capacity: capacity, kvHeads: configuration.kvHeadCount, headSize: configuration.headSize
      ),
      on: backend)
  }
}
