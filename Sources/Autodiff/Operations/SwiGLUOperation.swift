/// y = silu(gate) up, element by element; silu(g) = g / (1 + exp(-g)).
///
/// Source: Shazeer, "GLU Variants Improve Transformer", 2020.
struct SwiGLUOperation: Operation {
  static let name = "swiGLU"
  let saved: Saved = [.input(0), .input(1)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(inputs.count == 2 && inputs[0] == inputs[1], inputs, "gate and up of one shape")
    var signature = OperationSignature(inputs[0])
    signature.inPlace = [0, 1]
    signature.gradientInPlace = [0, 1]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.swiGLU(gate: io.inputs[0], up: io.inputs[1], into: io.output)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    backend.swiGLUBackward(
      io.outputGradient, gate: io.inputs[0], up: io.inputs[1], dgate: io.inputGradients[0],
      dup: io.inputGradients[1])
  }
}

extension Graph {
  /// silu(gate) up for two tensors of one shape.
  package mutating func swiGLU(
    gate: Tensor, up: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(SwiGLUOperation(), [gate, up], file: file, line: line)
  }
}
