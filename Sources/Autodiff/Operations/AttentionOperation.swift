/// Attention over packed sequences; rows see keys of their own sequence as an `AttentionMask` says, whose places are the
/// inputs from 3 on.
/// q: [n, heads*headSize], k, v: [m, kvHeads*headSize], n = batch*length, m = batch*keyLength.
///
/// Source: Vaswani et al. 2017; grouped queries, Ainslie et al. 2023; computed as in Dao et al., "FlashAttention",
/// 2022: the score matrix never exists, the backward pass recomputes it from the kept log-sum-exp.
struct AttentionOperation: Operation {
  static let name = "attention"
  let size: AttentionSize
  let hasZeroKeys: Bool
  let backwardScratch: Int
  let saved: Saved

  init(size: AttentionSize, maskInputs: Int, hasZeroKeys: Bool, backwardScratch: Int) {
    self.size = size
    self.hasZeroKeys = hasZeroKeys
    self.backwardScratch = backwardScratch
    saved = (0..<3 + maskInputs).reduce(into: [.output]) { $0.insert(.input($1)) }
  }

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    let rows = size.batch * size.length
    let queries = TensorType([rows, size.heads * size.headSize])
    let keys = TensorType([size.batch * size.keyLength, size.kvHeads * size.headSize])
    let index = TensorType([rows], .int32)
    let visible = inputs.dropLast(hasZeroKeys ? 1 : 0)
    let extra = TensorType([rows, visible[visible.count - 1].shape.columns], .int32)
    let wanted = [queries, keys, keys, index, index, extra].prefix(max(4, visible.count))
    expect(
      inputs == wanted + (hasZeroKeys ? [index] : []), inputs,
      "q \(queries), k and v \(keys), a mask of int [\(rows)], perhaps int [\(rows)] and int [\(rows), e]"
        + (hasZeroKeys ? ", int [\(rows)]" : ""))
    var signature = OperationSignature(inputs[0])
    signature.kept = rows * size.heads
    signature.backwardScratch = backwardScratch
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.attention(
      q: io.inputs[0], k: io.inputs[1], v: io.inputs[2],
      mask: mask(io.inputs), into: io.output, logSumExp: io.kept, size)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    backend.attentionBackward(
      q: io.inputs[0], k: io.inputs[1], v: io.inputs[2],
      mask: mask(io.inputs), y: io.output, logSumExp: io.kept,
      dy: io.outputGradient, dq: io.inputGradients[0], dk: io.inputGradients[1], dv: io.inputGradients[2],
      scratch: io.scratch, size)
  }

  private func mask(_ inputs: [Slot]) -> AttentionMask<Slot> {
    AttentionMask(places: Array(inputs.dropFirst(3)), hasZeroKeys: hasZeroKeys)
  }
}

extension Graph {
  /// Attention of rows to the keys that `mask` lets them see; see `AttentionBackend.attention` for shapes.
  ///
  /// - Parameter backend: asked how much scratch its backward pass needs.
  package mutating func attention(
    q: Tensor, k: Tensor, v: Tensor, mask: AttentionMask<Tensor>, _ size: AttentionSize,
    on backend: any Backend, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let places = mask.places
    let operation = AttentionOperation(
      size: size, maskInputs: places.count, hasZeroKeys: mask.zeroKeys != nil,
      backwardScratch: backend.attentionBackwardScratch(size))
    return apply(operation, [q, k, v] + places, file: file, line: line)
  }

  /// Causal attention within packed documents. firstKey: int [n].
  package mutating func attention(
    q: Tensor, k: Tensor, v: Tensor, firstKey: Tensor, _ size: AttentionSize, on backend: any Backend,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    attention(q: q, k: k, v: v, mask: .causal(firstKey: firstKey), size, on: backend, file: file, line: line)
  }
}
