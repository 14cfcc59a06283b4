/// y = x + b on every row. x: [n, d], b: [d].
struct AddBiasOperation: Operation {
  static let name = "addBias"
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 2 && inputs[1].shape.rank == 1 && inputs[0].shape.columns == inputs[1].shape.count,
      inputs,
      "[n, d] and [d]")
    var signature = OperationSignature(inputs[0])
    signature.inPlace = [0]
    signature.gradientInPlace = [0]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.addRow(
      io.inputs[0], io.inputs[1], into: io.output, rows: io.outputType.shape.rows,
      columns: io.outputType.shape.columns)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    if let db = io.inputGradients[1] {
      backend.sumRows(
        io.outputGradient, into: db.slot, rows: io.outputType.shape.rows,
        columns: io.outputType.shape.columns,
        db.mode)
    }
    if let dx = io.inputGradients[0], dx.slot != io.outputGradient {
      backend.scale(io.outputGradient, by: 1, into: dx.slot, dx.mode)
    }
  }
}

extension Graph {
  /// `x` of [n, d] with `b` of [d] added to every row.
  package mutating func addBias(
    _ x: Tensor, _ b: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(AddBiasOperation(), [x, b], file: file, line: line)
  }
}
