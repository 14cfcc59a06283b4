/// y = x sigmoid(x) = x / (1 + exp(-x)), element by element.
///
/// Source: Hendrycks, Gimpel, "Gaussian Error Linear Units (GELUs)", 2016, which names it SiLU.
struct SiLUOperation: Operation {
  static let name = "silu"
  let saved: Saved = [.input(0)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(inputs.count == 1 && inputs[0].element == .float32, inputs, "one tensor of floats")
    var signature = OperationSignature(inputs[0])
    signature.inPlace = [0]
    signature.gradientInPlace = [0]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.silu(io.inputs[0], into: io.output)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    if let dx = io.inputGradients[0] { backend.siluBackward(io.outputGradient, io.inputs[0], dx: dx) }
  }
}

extension Graph {
  /// silu(x) for a tensor of any shape.
  package mutating func silu(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    apply(SiLUOperation(), [x], file: file, line: line)
  }
}
