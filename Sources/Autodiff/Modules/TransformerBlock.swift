/// One pre-normalised decoder layer: x + attention(norm x), then x + feedForward(norm x).
package struct TransformerBlock: Sendable {
  package let inputNorm: RMSNorm
  package let attention: SelfAttention
  package let feedForwardNorm: RMSNorm
  package let feedForward: FeedForward

  /// Creates the layer's parameters in `scope`, named as in Hugging Face's Llama.
  package init(
    _ scope: ParameterScope, size: Int, inner: Int, heads: Int, kvHeads: Int, headSize: Int, epsilon: Float,
    attention features: SelfAttention.Features = SelfAttention.Features(), hasFeedForwardBias: Bool = false,
    initializer: Initializer, residualInitializer: Initializer
  ) {
    let norm: Initializer = initializer == .loaded ? .loaded : .constant(1)
    inputNorm = RMSNorm(scope("input_layernorm"), size: size, epsilon: epsilon, initializer: norm)
    attention = SelfAttention(
      scope("self_attn"), size: size, heads: heads, kvHeads: kvHeads, headSize: headSize,
      features: features, initializer: initializer, outputInitializer: residualInitializer)
    feedForwardNorm = RMSNorm(
      scope("post_attention_layernorm"), size: size, epsilon: epsilon, initializer: norm)
    feedForward = FeedForward(
      scope("mlp"), size: size, inner: inner, hasBias: hasFeedForwardBias, initializer: initializer,
      downInitializer: residualInitializer)
  }

  /// x: [n, d], positions: int [n]; the result is [n, d]. The layer is a segment, see `Graph.segment`.
  package func callAsFunction(
    _ x: Tensor, positions: Tensor, rotary: RotaryTable, layer: Int, _ context: AttentionContext,
    on backend: any Backend, in g: inout Graph
  ) -> Tensor {
    g.scope("layers.\(layer)") { g in
      g.segment { g in
        let attended = attention(
          inputNorm(x, in: &g), positions: positions, rotary: rotary, layer: layer, context, on: backend,
          in: &g)
        let h = g.add(x, attended)
        return g.add(h, feedForward(feedForwardNorm(h, in: &g), in: &g))
      }
    }
  }
}

extension TransformerBlock {
  /// All weights of the layer, in one fixed order.
  package var parameters: [Parameter] {
    [inputNorm.weight, feedForwardNorm.weight]
      + [attention.queryNorm, attention.keyNorm].compactMap { $0?.weight }
      + [
        attention.query, attention.key, attention.value, attention.output, feedForward.gate, feedForward.up,
        feedForward.down,
      ].flatMap { [$0.weight] + ($0.bias.map { [$0] } ?? []) }
  }
}
