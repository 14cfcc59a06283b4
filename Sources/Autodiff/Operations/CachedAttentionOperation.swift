/// Attention of new rows over a key/value cache that they are first written into. Inference only.
/// q: [n, heads*headSize], k, v: [n, kvHeads*headSize], sequences, positions: int [n],
/// keys, values: `CacheSize.shape`.
struct CachedAttentionOperation: Operation {
  static let name = "cachedAttention"
  let heads: Int
  let scale: Float
  let cache: CacheSize
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    let rows = inputs.first?.shape.rows ?? 0
    let new = TensorType([rows, cache.kvHeads * cache.headSize])
    let index = TensorType([rows], .int32)
    let store = TensorType(cache.shape)
    expect(
      inputs == [TensorType([rows, heads * cache.headSize]), new, new, index, index, store, store], inputs,
      "q [n, \(heads * cache.headSize)], k and v \(new), two int [n], two \(store)")
    var signature = OperationSignature(inputs[0])
    signature.mutatesInputs = true
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.cachedAttention(
      q: io.inputs[0], k: io.inputs[1], v: io.inputs[2], sequences: io.inputs[3], positions: io.inputs[4],
      keys: io.inputs[5], values: io.inputs[6], into: io.output, rows: io.outputType.shape.rows, heads: heads,
      scale: scale, cache)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    preconditionFailure("\(Self.name) has no gradient: plan it for inference")
  }
}

extension Graph {
  /// Writes `k` and `v` into the cache and attends to it; see `AttentionBackend.cachedAttention`.
  package mutating func cachedAttention(
    q: Tensor, k: Tensor, v: Tensor, sequences: Tensor, positions: Tensor, keys: Tensor, values: Tensor,
    heads: Int, scale: Float, _ cache: CacheSize, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(
      CachedAttentionOperation(heads: heads, scale: scale, cache: cache),
      [q, k, v, sequences, positions, keys, values], file: file, line: line)
  }
}
