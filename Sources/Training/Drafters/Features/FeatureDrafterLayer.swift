internal import Autodiff

/// The one decoder layer of a drafter of the EAGLE family, without the norms before it, in which its kinds differ:
///
///     h = residual + attention(x);   state' = h + feedForward(norm h)
struct FeatureDrafterLayer {
  private let attention: SelfAttention
  private let feedForwardNorm: RMSNorm
  private let feedForward: FeedForward
  private let rotary: RotaryTable
  private let backend: any Backend

  /// Creates the layer's parameters in `scope`.
  ///
  /// - Parameters:
  ///   - inputSize: width of `x`.
  ///   - rotary: covers the positions of all rows.
  init(
    _ scope: ParameterScope, _ configuration: FeatureDrafterConfiguration, inputSize: Int,
    initializer: Initializer, rotary: RotaryTable, on backend: any Backend
  ) {
    let size = configuration.hiddenSize
    attention = SelfAttention(
      scope("self_attn"), size: inputSize, outputSize: size, heads: configuration.headCount,
      kvHeads: configuration.kvHeadCount, headSize: configuration.headSize, initializer: initializer,
      outputInitializer: initializer)
    feedForwardNorm = configuration.norm(scope("post_attention_layernorm"), initializer)
    feedForward = FeedForward(
      scope("mlp"), size: size, inner: configuration.feedForwardSize, initializer: initializer,
      downInitializer: initializer)
    (self.rotary, self.backend) = (rotary, backend)
  }

  /// x: [n, inputSize], residual: [n, hidden], positions: int [n]; states are [n, hidden].
  func callAsFunction(
    _ x: Tensor, residual: Tensor, positions: Tensor, _ context: AttentionContext, in g: inout Graph
  ) -> (states: Tensor, projections: SelfAttention.Projections) {
    let projections = attention.project(x, positions: positions, rotary: rotary, in: &g)
    let h = g.add(residual, attention.attend(projections, layer: 0, context, on: backend, in: &g))
    return (g.add(h, feedForward(feedForwardNorm(h, in: &g), in: &g)), projections)
  }
}
