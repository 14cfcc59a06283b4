/// What rows attend to.
package enum AttentionContext {
  /// Whole sequences at once, `batch` of `length` rows, with documents packed in them. firstKey: int [n].
  case packed(batch: Int, length: Int, firstKey: Tensor)
  /// New rows over a cache. sequences: int [n] cache lines, negative for padding.
  case cached(KeyValueCache, sequences: Tensor)
}

/// Grouped-query self-attention with rotary positions.
package struct SelfAttention: Sendable {
  package let query: Linear
  package let key: Linear
  package let value: Linear
  package let output: Linear
  package let heads: Int
  package let kvHeads: Int
  package let headSize: Int

  /// Creates `q_proj`, `k_proj`, `v_proj` and `o_proj` in `scope`.
  package init(
    _ scope: ParameterScope, size: Int, heads: Int, kvHeads: Int, headSize: Int, hasBias: Bool = false,
    initializer: Initializer, outputInitializer: Initializer
  ) {
    (self.heads, self.kvHeads, self.headSize) = (heads, kvHeads, headSize)
    func projection(_ name: String, _ count: Int) -> Linear {
      Linear(scope(name), inputs: size, outputs: count * headSize, hasBias: hasBias, initializer: initializer)
    }
    query = projection("q_proj", heads)
    key = projection("k_proj", kvHeads)
    value = projection("v_proj", kvHeads)
    output = Linear(
      scope("o_proj"), inputs: heads * headSize, outputs: size, hasBias: hasBias,
      initializer: outputInitializer)
  }

  /// x: [n, d], positions: int [n]; the result is [n, d].
  package func callAsFunction(
    _ x: Tensor, positions: Tensor, rotary: RotaryTable, layer: Int, _ context: AttentionContext,
    on backend: any Backend, in g: inout Graph
  ) -> Tensor {
    let q = rotary.rotate(query(x, in: &g), positions: positions, in: &g)
    let k = rotary.rotate(key(x, in: &g), positions: positions, in: &g)
    let v = value(x, in: &g)
    let scale = 1 / Float(headSize).squareRoot()
    let y: Tensor
    switch context {
    case .packed(let batch, let length, let firstKey):
      let size = AttentionSize(
        batch: batch, length: length, heads: heads, kvHeads: kvHeads, headSize: headSize, scale: scale)
      y = g.attention(q: q, k: k, v: v, firstKey: firstKey, size, on: backend)
    case .cached(let cache, let sequences):
      let (keys, values) = cache.tensors(layer: layer, in: &g)
      y = g.cachedAttention(
        q: q, k: k, v: v, sequences: sequences, positions: positions, keys: keys, values: values,
        heads: heads,
        scale: scale, cache.size)
    }
    return output(y, in: &g)
  }
}
