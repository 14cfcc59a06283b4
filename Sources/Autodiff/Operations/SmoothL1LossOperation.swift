/// The distance of rows from where they should be: the sum over rows r with a label of
///
///     mean over c of s(x[r, c] - target[r, c]),   s(d) = d²/2 where |d| < 1, |d| - 1/2 elsewhere
///
/// Inputs: x [n, d], target [n, d], labels int [n], scale [1]. Output: [1]. The gradient, of x alone, is that of scale
/// times it.
///
/// Source: Girshick, "Fast R-CNN", 2015; as the feature loss of Li et al., "EAGLE", 2024.
struct SmoothL1LossOperation: Operation {
  static let name = "smoothL1Loss"
  let saved: Saved = [.input(0), .input(1), .input(2), .input(3)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    let rows = inputs.first?.shape.rows ?? 0
    expect(
      inputs.count == 4 && inputs[0] == inputs[1] && inputs[0].shape.columns > 0
        && inputs[2] == TensorType([rows], .int32)
        && inputs[3] == TensorType([1]), inputs, "[n, d] twice, int [n], [1]")
    var signature = OperationSignature(TensorType([1]))
    signature.isLoss = true
    signature.constantInputs = [1, 2, 3]
    signature.forwardScratch = rows
    signature.backwardScratch = rows
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    run(io.inputs, io.inputTypes, io.output, io.scratch, dx: nil, backend)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    run(io.inputs, io.inputTypes, io.output, io.scratch, dx: io.inputGradients[0], backend)
  }

  private func run(
    _ inputs: [Slot], _ types: [TensorType], _ output: Slot, _ scratch: Slot, dx: GradientSlot?,
    _ backend: any Backend
  ) {
    let shape = types[0].shape
    backend.smoothL1Rows(
      inputs[0], target: inputs[1], labels: inputs[2], losses: scratch, dx: dx, rows: shape.rows,
      columns: shape.columns, scale: backend.scalar(inputs[3]))
    backend.fill(output, Float(backend.sum(scratch)))
  }
}

extension Graph {
  /// How far rows of `x` with a label that is not negative lie from those of `target`; see `SmoothL1LossOperation`.
  package mutating func smoothL1Loss(
    _ x: Tensor, target: Tensor, labels: Tensor, scale: Tensor, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    apply(SmoothL1LossOperation(), [x, target, labels, scale], file: file, line: line)
  }
}
