/// y = x1 + x2, both [n, d].
struct AddOperation: Operation {
  static let name = "add"
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(inputs.count == 2 && inputs[0] == inputs[1], inputs, "two tensors of one shape")
    var signature = OperationSignature(inputs[0])
    signature.inPlace = [0, 1]
    signature.gradientInPlace = [0, 1]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.add(io.inputs[0], io.inputs[1], into: io.output)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    // The gradient that stands where dy stood goes last: the other one still has to read dy.
    let gradients = io.inputGradients.compactMap { $0 }
    for gradient in gradients where gradient.slot != io.outputGradient {
      backend.scale(io.outputGradient, by: 1, into: gradient.slot, gradient.mode)
    }
    for gradient in gradients where gradient.slot == io.outputGradient && gradient.mode == .accumulate {
      backend.scale(io.outputGradient, by: 1, into: gradient.slot, .accumulate)
    }
  }
}

extension Graph {
  /// The sum of two tensors of one shape.
  package mutating func add(
    _ x1: Tensor, _ x2: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(AddOperation(), [x1, x2], file: file, line: line)
  }
}
