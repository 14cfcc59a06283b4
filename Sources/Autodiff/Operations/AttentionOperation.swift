/// Causal attention over packed sequences: row i sees keys firstKey[i] ... i of its own sequence.
/// q: [n, heads*headSize], k, v: [n, kvHeads*headSize], firstKey: int [n], n = batch*length.
///
/// Source: Vaswani et al. 2017; grouped queries, Ainslie et al. 2023; computed as in Dao et al., "FlashAttention",
/// 2022: the score matrix never exists, the backward pass recomputes it from the kept log-sum-exp.
struct AttentionOperation: Operation {
  static let name = "attention"
  let size: AttentionSize
  let backwardScratch: Int
  let saved: Saved = [.input(0), .input(1), .input(2), .input(3), .output]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    let rows = size.batch * size.length
    let keys = TensorType([rows, size.kvHeads * size.headSize])
    expect(
      inputs == [TensorType([rows, size.heads * size.headSize]), keys, keys, TensorType([rows], .int32)],
      inputs,
      "q [\(rows), \(size.heads * size.headSize)], k and v \(keys), int [\(rows)]")
    var signature = OperationSignature(inputs[0])
    signature.kept = rows * size.heads
    signature.backwardScratch = backwardScratch
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.attention(
      q: io.inputs[0], k: io.inputs[1], v: io.inputs[2], firstKey: io.inputs[3], into: io.output,
      logSumExp: io.kept, size)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    backend.attentionBackward(
      q: io.inputs[0], k: io.inputs[1], v: io.inputs[2], firstKey: io.inputs[3], y: io.output,
      logSumExp: io.kept, dy: io.outputGradient, dq: io.inputGradients[0], dk: io.inputGradients[1],
      dv: io.inputGradients[2], scratch: io.scratch, size)
  }
}

extension Graph {
  /// Causal attention within packed documents; see `AttentionBackend.attention` for shapes.
  ///
  /// - Parameter backend: asked how much scratch its backward pass needs.
  package mutating func attention(
    q: Tensor, k: Tensor, v: Tensor, firstKey: Tensor, _ size: AttentionSize, on backend: any Backend,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let scratch = backend.attentionBackwardScratch(size)
    return apply(
      AttentionOperation(size: size, backwardScratch: scratch), [q, k, v, firstKey], file: file, line: line)
  }
}
