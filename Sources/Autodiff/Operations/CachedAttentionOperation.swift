/// Attention of new rows over a key/value cache that they are first written into. Inference only.
/// q: [n, heads*headSize], k, v: [n, kvHeads*headSize], sequences, positions: int [n],
/// keys, values: `CacheSize.shape`; for a tree also prefixEnd: int [n], ancestors: int [n, e].
struct CachedAttentionOperation: Operation {
  static let name = "cachedAttention"
  let heads: Int
  let scale: Float
  let window: Int?
  let cache: CacheSize
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    let rows = inputs.first?.shape.rows ?? 0
    let new = TensorType([rows, cache.kvHeads * cache.headSize])
    let index = TensorType([rows], .int32)
    let store = TensorType(cache.shape)
    var wanted = [TensorType([rows, heads * cache.headSize]), new, new, index, index, store, store]
    if inputs.count > 7 {
      wanted += [index, TensorType([rows, inputs[inputs.count - 1].shape.columns], .int32)]
    }
    expect(
      inputs == wanted, inputs,
      "q [n, \(heads * cache.headSize)], k and v \(new), two int [n], two \(store), for a tree int [n], int [n, e]"
    )
    var signature = OperationSignature(inputs[0])
    signature.mutatesInputs = true
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    let tree = io.inputs.count > 7 ? CachedTree(prefixEnd: io.inputs[7], ancestors: io.inputs[8]) : nil
    backend.cachedAttention(
      q: io.inputs[0], k: io.inputs[1], v: io.inputs[2], sequences: io.inputs[3], positions: io.inputs[4],
      keys: io.inputs[5], values: io.inputs[6], tree: tree, window: window, into: io.output,
      rows: io.outputType.shape.rows, heads: heads, scale: scale, cache)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    preconditionFailure("\(Self.name) has no gradient: plan it for inference")
  }
}

extension Graph {
  /// Writes `k` and `v` into the cache and attends to it; see `AttentionBackend.cachedAttention`.
  ///
  /// - Parameters:
  ///   - positions: where rows are written in their lines. Nodes of a tree need places of their own.
  ///   - tree: what rows see if it is not their line up to themselves.
  ///   - window: how many positions, the last ones up to itself, a row sees at most; nil: all.
  package mutating func cachedAttention(
    q: Tensor, k: Tensor, v: Tensor, sequences: Tensor, positions: Tensor, keys: Tensor, values: Tensor,
    tree: CachedTree<Tensor>? = nil, window: Int? = nil, heads: Int, scale: Float, _ cache: CacheSize,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(
      CachedAttentionOperation(heads: heads, scale: scale, window: window, cache: cache),
      [q, k, v, sequences, positions, keys, values] + (tree.map { [$0.prefixEnd, $0.ancestors] } ?? []),
      file: file, line: line)
  }
}
