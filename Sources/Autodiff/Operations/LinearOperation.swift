/// y = x wᵀ. x: [n, in], w: [out, in], y: [n, out]. A frozen w may be stored in fewer bytes.
struct LinearOperation: Operation {
  static let name = "linear"
  let saved: Saved = [.input(0), .input(1)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 2 && inputs[1].shape.rank == 2 && inputs[0].shape.columns == inputs[1].shape.columns,
      inputs,
      "[n, in] and [out, in]")
    return OperationSignature(TensorType([inputs[0].shape.rows, inputs[1].shape.rows]))
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.gemm(
      io.inputs[0], StoredMatrix(io.inputs[1], io.inputTypes[1]), transposed: true, into: io.output,
      m: io.outputType.shape.rows, alpha: 1, .overwrite)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    let rows = io.outputType.shape.rows
    let (outputs, inputs) = (io.outputType.shape.columns, io.inputTypes[0].shape.columns)
    if let dx = io.inputGradients[0] {
      backend.gemm(
        io.outputGradient, StoredMatrix(io.inputs[1], io.inputTypes[1]), transposed: false, into: dx.slot,
        m: rows, alpha: 1, dx.mode)
    }
    if let dw = io.inputGradients[1] {
      backend.gemm(
        io.outputGradient, transposed: true, io.inputs[0], transposed: false, into: dw.slot, m: outputs,
        n: inputs,
        k: rows, alpha: 1, dw.mode)
    }
  }
}

extension Graph {
  /// x wᵀ for `x` of [n, in] and `w` of [out, in]; the result is [n, out].
  package mutating func linear(
    _ x: Tensor, _ w: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(LinearOperation(), [x, w], file: file, line: line)
  }
}
