/// Cross entropy with a weight for every class of every row:
///
///     sum over r and c of -w[r, c] log softmax(x[r])[c]
///
/// Weights need not sum to 1: a row of zeros does not count, and classes can weigh differently.
///
/// Inputs: x [n, c], w [n, c], scale [1]. Output: [1]. The gradient, of x alone, is that of scale times it.
///
/// Source: Huang et al., "SpecDec++", 2024, section 3.3.
struct WeightedCrossEntropyOperation: Operation {
  static let name = "weightedCrossEntropy"
  let saved: Saved = [.input(0), .input(1), .input(2)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 3 && inputs[0] == inputs[1] && inputs[0].shape.columns > 0
        && inputs[2] == TensorType([1]), inputs, "[n, c] twice, [1]")
    let rows = inputs[0].shape.rows
    var signature = OperationSignature(TensorType([1]))
    signature.isLoss = true
    signature.constantInputs = [1, 2]
    signature.forwardScratch = rows
    signature.backwardScratch = rows
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    run(io.inputs, io.inputTypes[0].shape, io.output, io.scratch, dx: nil, backend)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    run(io.inputs, io.inputTypes[0].shape, io.output, io.scratch, dx: io.inputGradients[0], backend)
  }

  private func run(
    _ inputs: [Slot], _ shape: Shape, _ output: Slot, _ scratch: Slot, dx: GradientSlot?,
    _ backend: any Backend
  ) {
    backend.weightedCrossEntropyRows(
      inputs[0], weights: inputs[1], losses: scratch, dx: dx, rows: shape.rows, columns: shape.columns,
      scale: backend.scalar(inputs[2]))
    backend.fill(output, Float(backend.sum(scratch)))
  }
}

extension Graph {
  /// Cross entropy of rows of logits with a weight for every class; see `WeightedCrossEntropyOperation`.
  package mutating func weightedCrossEntropy(
    _ x: Tensor, weights: Tensor, scale: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(WeightedCrossEntropyOperation(), [x, weights, scale], file: file, line: line)
  }
}
