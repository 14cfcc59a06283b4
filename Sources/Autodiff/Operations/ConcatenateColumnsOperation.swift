/// Rows of several tensors side by side: y[r] = [x_0[r], x_1[r], …]. Inputs: [n, d_i]; output: [n, d_0 + d_1 + …].
struct ConcatenateColumnsOperation: Operation {
  static let name = "concatenateColumns"
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    let rows = inputs.first?.shape.rows ?? 0
    expect(
      !inputs.isEmpty && inputs.allSatisfy { $0 == TensorType([rows, $0.shape.columns]) }, inputs,
      "one tensor or more of [\(rows), d]")
    return OperationSignature(TensorType([rows, inputs.reduce(0) { $0 + $1.shape.columns }]))
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    forEachPart(io.inputTypes, of: io.output, io.outputType) { input, part in
      let type = io.inputTypes[input].shape
      backend.copyColumns(
        ColumnPart(io.inputs[input], columns: type.columns), into: part, rows: type.rows,
        columns: type.columns, .overwrite)
    }
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    forEachPart(io.inputTypes, of: io.outputGradient, io.outputType) { input, part in
      guard let gradient = io.inputGradients[input] else { return }
      let type = io.inputTypes[input].shape
      backend.copyColumns(
        part, into: ColumnPart(gradient.slot, columns: type.columns), rows: type.rows, columns: type.columns,
        gradient.mode)
    }
  }

  /// Calls `body` with an input's number and the columns of `whole` that are its own.
  private func forEachPart(
    _ types: [TensorType], of whole: Slot, _ type: TensorType, _ body: (Int, ColumnPart) -> Void
  ) {
    var first = 0
    for (number, input) in types.enumerated() {
      body(number, ColumnPart(whole, columns: type.shape.columns, first: first))
      first += input.shape.columns
    }
  }
}

extension Graph {
  /// The rows of `tensors` side by side; each: [n, d].
  package mutating func concatenateColumns(
    _ tensors: [Tensor], file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(ConcatenateColumnsOperation(), tensors, file: file, line: line)
  }
}
