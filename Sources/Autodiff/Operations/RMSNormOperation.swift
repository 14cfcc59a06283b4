/// y = x / sqrt(mean(x²) + epsilon) w, row by row, where w is as long as a row; else stretch by stretch of a row, each as
/// long as w: heads of queries and keys (Dehghani et al. 2023). x: [n, g·d], w: [d].
///
/// Source: Zhang & Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019.
struct RMSNormOperation: Operation {
  static let name = "rmsNorm"
  let epsilon: Float
  let saved: Saved = [.input(0), .input(1)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 2 && inputs[1].shape.rank == 1 && inputs[1].shape.count > 0
        && inputs[0].shape.columns.isMultiple(of: inputs[1].shape.count), inputs, "[n, g·d] and [d]")
    var signature = OperationSignature(inputs[0])
    signature.kept = inputs[0].shape.count / inputs[1].shape.count
    signature.gradientInPlace = [0]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.rmsNorm(
      io.inputs[0], io.inputs[1], into: io.output, inverseRMS: io.kept,
      rows: io.output.count / io.inputs[1].count, columns: io.inputs[1].count, epsilon: epsilon)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    backend.rmsNormBackward(
      io.outputGradient, io.inputs[0], io.inputs[1], inverseRMS: io.kept, dx: io.inputGradients[0],
      dw: io.inputGradients[1], rows: io.inputs[0].count / io.inputs[1].count, columns: io.inputs[1].count)
  }
}

extension Graph {
  /// `x` of [n, g·d], each stretch of d normalised by its root mean square and multiplied by `w` of [d].
  package mutating func rmsNorm(
    _ x: Tensor, _ w: Tensor, epsilon: Float, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(RMSNormOperation(epsilon: epsilon), [x, w], file: file, line: line)
  }
}
