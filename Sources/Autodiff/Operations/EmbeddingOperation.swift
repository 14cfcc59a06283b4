/// y[r, :] = table[ids[r], :]; a negative id gives a row of zeros. table: [v, d], ids: int [n], y: [n, d].
struct EmbeddingOperation: Operation {
  static let name = "embedding"
  let saved: Saved = [.input(1)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 2 && inputs[0].shape.rank == 2 && inputs[1].element == .int32, inputs,
      "[v, d] and int [n]")
    return OperationSignature(TensorType([inputs[1].shape.count, inputs[0].shape.columns]))
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.gatherRows(
      StoredMatrix(io.inputs[0], io.inputTypes[0]), ids: io.inputs[1], into: io.output,
      rows: io.outputType.shape.rows)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    guard let dtable = io.inputGradients[0] else { return }
    // The scatter only adds; a first contribution has to clear the table itself.
    if dtable.mode == .overwrite { backend.fill(dtable.slot, 0) }
    backend.scatterAddRows(
      io.outputGradient, ids: io.inputs[1], into: dtable.slot, rows: io.outputType.shape.rows,
      columns: io.outputType.shape.columns)
  }
}

extension Graph {
  /// Rows of `table` [v, d] picked by `ids` (int [n]); negative ids give zeros. Also selects rows of activations.
  package mutating func embedding(
    _ table: Tensor, ids: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(EmbeddingOperation(), [table, ids], file: file, line: line)
  }
}
