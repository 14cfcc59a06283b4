/// What rows attend to.
package enum AttentionContext {
  /// Whole sequences at once, `batch` of `length` rows, with documents packed in them.
  case packed(batch: Int, length: Int, mask: AttentionMask<Tensor>)
  /// New rows over a cache. sequences: int [n] cache lines, negative for padding.
  case cached(KeyValueCache, sequences: Tensor)
  /// Nodes of draft trees over a cache. slots: int [n], where in its line each is kept, apart from all others.
  case cachedTree(KeyValueCache, sequences: Tensor, slots: Tensor, CachedTree<Tensor>)

  /// Causal attention within packed documents. firstKey: int [n].
  package static func packed(batch: Int, length: Int, firstKey: Tensor) -> AttentionContext {
    .packed(batch: batch, length: length, mask: .causal(firstKey: firstKey))
  }
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
    let y: Tensor
    switch context {
    case .packed(let batch, let length, let mask):
      let size = AttentionSize(
        batch: batch, length: length, heads: heads, kvHeads: kvHeads, headSize: headSize)
      y = g.attention(q: q, k: k, v: v, mask: mask, size, on: backend)
    case .cached(let cache, let sequences):
      y = attend(q, k, v, cache, layer: layer, sequences: sequences, slots: positions, in: &g)
    case .cachedTree(let cache, let sequences, let slots, let tree):
      y = attend(q, k, v, cache, layer: layer, sequences: sequences, slots: slots, tree: tree, in: &g)
    }
    return output(y, in: &g)
  }

  private func attend(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ cache: KeyValueCache, layer: Int, sequences: Tensor,
    slots: Tensor,
    tree: CachedTree<Tensor>? = nil, in g: inout Graph
  ) -> Tensor {
    let (keys, values) = cache.tensors(layer: layer, in: &g)
    return g.cachedAttention(
      q: q, k: k, v: v, sequences: sequences, positions: slots, keys: keys, values: values, tree: tree,
      heads: heads, scale: 1 / Float(headSize).squareRoot(), cache.size)
  }
}
