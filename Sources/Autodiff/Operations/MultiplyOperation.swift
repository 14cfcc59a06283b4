/// y = x1 x2 element by element, both [n, d].
struct MultiplyOperation: Operation {
  static let name = "multiply"
  let saved: Saved = [.input(0), .input(1)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(inputs.count == 2 && inputs[0] == inputs[1], inputs, "two tensors of one shape")
    return OperationSignature(inputs[0])
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.multiply(io.inputs[0], io.inputs[1], into: io.output, .overwrite)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    if let d1 = io.inputGradients[0] {
      backend.multiply(io.outputGradient, io.inputs[1], into: d1.slot, d1.mode)
    }
    if let d2 = io.inputGradients[1] {
      backend.multiply(io.outputGradient, io.inputs[0], into: d2.slot, d2.mode)
    }
  }
}

extension Graph {
  /// The product of two tensors of one shape, element by element.
  package mutating func multiply(
    _ x1: Tensor, _ x2: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(MultiplyOperation(), [x1, x2], file: file, line: line)
  }
}
