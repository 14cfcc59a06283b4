/// What rows attend to.
package enum AttentionContext {
  /// Whole sequences at once, `batch` of `length` rows, with documents packed in them.
  case packed(batch: Int, length: Int, mask: AttentionMask<Tensor>)
  /// Pass number `earlier.count` of an unrolled drafter: rows see keys of this pass and of the earlier ones; see
  /// `VisibleKeys.unrolled`.
  case unrolled(
    batch: Int, length: Int, mask: AttentionMask<Tensor>, earlier: [SelfAttention.Projections])
  /// New rows over a cache. sequences: int [n] cache lines, negative for padding; slots: int [n], where in its line each
  /// is kept, behind all that it sees.
  case cached(KeyValueCache, sequences: Tensor, slots: Tensor)
  /// Nodes of draft trees over a cache. slots: int [n], where in its line each is kept, apart from all others.
  case cachedTree(KeyValueCache, sequences: Tensor, slots: Tensor, CachedTree<Tensor>)

  /// Causal attention within packed documents. firstKey: int [n].
  package static func packed(batch: Int, length: Int, firstKey: Tensor) -> AttentionContext {
    .packed(batch: batch, length: length, mask: .causal(firstKey: firstKey))
  }
}

/// Grouped-query self-attention with rotary positions.
package struct SelfAttention: Sendable {
  /// What families of models differ in.
  package struct Features: Sendable, Hashable {
    /// Whether the projections of queries, keys and values have biases.
    package var hasBias = false
    /// Whether the projection of the result has one.
    package var hasOutputBias = false
    /// Whether each head of the queries and keys is normalised before it is rotated, and with which epsilon.
    package var headNormEpsilon: Float?
    /// How many keys, the last ones up to its own, a row sees at most; nil: all.
    package var window: Int?
    /// Whether queries and keys are rotated by their positions.
    package var isRotary = true

    /// Llama's.
    package init() {}
  }

  package let query: Linear
  package let key: Linear
  package let value: Linear
  package let output: Linear
  package let heads: Int
  package let kvHeads: Int
  package let headSize: Int
  package let features: Features
  /// Of each head; nil where they are not normalised.
  package let queryNorm: RMSNorm?
  package let keyNorm: RMSNorm?

  /// Creates `q_proj`, `k_proj`, `v_proj`, `o_proj` and, where heads are normalised, `q_norm` and `k_norm` in `scope`.
  ///
  /// - Parameters:
  ///   - size: width of what comes in.
  ///   - outputSize: width of what goes out; nil: the same.
  package init(
    _ scope: ParameterScope, size: Int, outputSize: Int? = nil, heads: Int, kvHeads: Int, headSize: Int,
    features: Features = Features(),
    initializer: Initializer, outputInitializer: Initializer
  ) {
    (self.heads, self.kvHeads, self.headSize, self.features) = (heads, kvHeads, headSize, features)
    func projection(_ name: String, _ count: Int) -> Linear {
      Linear(
        scope(name), inputs: size, outputs: count * headSize, hasBias: features.hasBias,
        initializer: initializer)
    }
    query = projection("q_proj", heads)
    key = projection("k_proj", kvHeads)
    value = projection("v_proj", kvHeads)
    output = Linear(
      scope("o_proj"), inputs: heads * headSize, outputs: outputSize ?? size, hasBias: features.hasOutputBias,
      initializer: outputInitializer)
    func norm(_ name: String) -> RMSNorm? {
      features.headNormEpsilon.map {
        RMSNorm(
          scope(name), size: headSize, epsilon: $0,
          initializer: initializer == .loaded ? .loaded : .constant(1))
      }
    }
    queryNorm = norm("q_norm")
    keyNorm = norm("k_norm")
  }

  /// Queries, keys and values of some rows, placed at their positions.
  package struct Projections: Sendable {
    /// [n, heads*headSize].
    package let queries: Tensor
    /// [n, kvHeads*headSize].
    package let keys: Tensor
    /// [n, kvHeads*headSize].
    package let values: Tensor
  }

  /// x: [n, d], positions: int [n].
  package func project(
    _ x: Tensor, positions: Tensor, rotary: RotaryTable, in g: inout Graph
  ) -> Projections {
    func placed(_ x: Tensor, _ norm: RMSNorm?) -> Tensor {
      let x = norm.map { $0(x, in: &g) } ?? x
      return features.isRotary ? rotary.rotate(x, positions: positions, in: &g) : x
    }
    let queries = placed(query(x, in: &g), queryNorm)
    let keys = placed(key(x, in: &g), keyNorm)
    return Projections(queries: queries, keys: keys, values: value(x, in: &g))
  }

  /// What rows with these queries find; `layer` is that of a cache. The result is [n, d].
  package func attend(
    _ projections: Projections, layer: Int, _ context: AttentionContext, on backend: any Backend,
    in g: inout Graph
  ) -> Tensor {
    let (q, k, v) = (projections.queries, projections.keys, projections.values)
    let y: Tensor
    switch context {
    case .packed(let batch, let length, let mask):
      let size = AttentionSize(
        batch: batch, length: length, heads: heads, kvHeads: kvHeads, headSize: headSize,
        window: features.window)
      y = g.attention(q: q, k: k, v: v, mask: mask, size, on: backend)
    case .unrolled(let batch, let length, let mask, let earlier):
      precondition(features.window == nil, "an unrolled drafter has no window")
      let size = AttentionSize(
        batch: batch, length: length, keyLength: (earlier.count + 1) * length, heads: heads,
        kvHeads: kvHeads, headSize: headSize)
      y = g.attention(
        q: q, k: g.concatenateKeys(earlier.map(\.keys) + [k], batch: batch),
        v: g.concatenateKeys(earlier.map(\.values) + [v], batch: batch), mask: mask, size, on: backend)
    case .cached(let cache, let sequences, let slots):
      y = attend(q, k, v, cache, layer: layer, sequences: sequences, slots: slots, in: &g)
    case .cachedTree(let cache, let sequences, let slots, let tree):
      y = attend(q, k, v, cache, layer: layer, sequences: sequences, slots: slots, tree: tree, in: &g)
    }
    return output(y, in: &g)
  }

  /// x: [n, d], positions: int [n]; the result is [n, d].
  package func callAsFunction(
    _ x: Tensor, positions: Tensor, rotary: RotaryTable, layer: Int, _ context: AttentionContext,
    on backend: any Backend, in g: inout Graph
  ) -> Tensor {
    attend(
      project(x, positions: positions, rotary: rotary, in: &g), layer: layer, context, on: backend, in: &g)
  }

  private func attend(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, _ cache: KeyValueCache, layer: Int, sequences: Tensor,
    slots: Tensor,
    tree: CachedTree<Tensor>? = nil, in g: inout Graph
  ) -> Tensor {
    let (keys, values) = cache.tensors(layer: layer, in: &g)
    return g.cachedAttention(
      q: q, k: k, v: v, sequences: sequences, positions: slots, keys: keys, values: values, tree: tree,
      window: features.window, heads: heads, scale: 1 / Float(headSize).squareRoot(), cache.size)
  }
}
