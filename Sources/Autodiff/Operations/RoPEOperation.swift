/// Rotary position embedding on pairs (j, j + headSize/2) of every head.
/// x: [n, heads*headSize], positions: int [n], cosine and sine: [positions, headSize/2].
///
/// Source: Su et al., "RoFormer", 2021, with the half-split pairing of Hugging Face checkpoints.
struct RoPEOperation: Operation {
  static let name = "rope"
  let headSize: Int
  let saved: Saved = [.input(1), .input(2), .input(3)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 4 && headSize > 0 && headSize % 2 == 0 && inputs[0].shape.columns % headSize == 0
        && inputs[1] == TensorType([inputs[0].shape.rows], .int32)
        && inputs[2].shape.columns == headSize / 2 && inputs[2] == inputs[3], inputs,
      "[n, heads*\(headSize)], int [n], [positions, \(headSize / 2)] twice")
    var signature = OperationSignature(inputs[0])
    signature.constantInputs = [2, 3]
    signature.inPlace = [0]
    signature.gradientInPlace = [0]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    rotate(io.inputs[0], into: io.output, io.inputs, io.outputType, inverse: false, .overwrite, backend)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    guard let dx = io.inputGradients[0] else { return }
    rotate(io.outputGradient, into: dx.slot, io.inputs, io.outputType, inverse: true, dx.mode, backend)
  }

  private func rotate(
    _ x: Slot, into y: Slot, _ inputs: [Slot], _ type: TensorType, inverse: Bool, _ mode: WriteMode,
    _ backend: any Backend
  ) {
    backend.rope(
      x, positions: inputs[1], cosine: inputs[2], sine: inputs[3], into: y, rows: type.shape.rows,
      heads: type.shape.columns / headSize, headSize: headSize, inverse: inverse, mode)
  }
}

extension Graph {
  /// `x` of [n, heads*headSize] with every head rotated by the angle of its row's position.
  package mutating func rope(
    _ x: Tensor, positions: Tensor, cosine: Tensor, sine: Tensor, headSize: Int, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    apply(RoPEOperation(headSize: headSize), [x, positions, cosine, sine], file: file, line: line)
  }
}
