/// y = a x for a constant a.
struct ScaleOperation: Operation {
  static let name = "scale"
  let factor: Float
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(inputs.count == 1, inputs, "one tensor")
    var signature = OperationSignature(inputs[0])
    signature.inPlace = [0]
    signature.gradientInPlace = [0]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.scale(io.inputs[0], by: factor, into: io.output, .overwrite)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    if let dx = io.inputGradients[0] { backend.scale(io.outputGradient, by: factor, into: dx.slot, dx.mode) }
  }
}

extension Graph {
  /// `x` times a constant.
  package mutating func scale(
    _ x: Tensor, by factor: Float, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(ScaleOperation(factor: factor), [x], file: file, line: line)
  }
}
