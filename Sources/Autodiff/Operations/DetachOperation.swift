/// y = x, and no gradient flows back: what was computed counts as given from here on.
struct DetachOperation: Operation {
  static let name = "detach"
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(inputs.count == 1, inputs, "one tensor")
    var signature = OperationSignature(inputs[0])
    signature.inPlace = [0]
    signature.constantInputs = [0]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    if io.inputs[0] != io.output { backend.scale(io.inputs[0], by: 1, into: io.output, .overwrite) }
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    preconditionFailure("\(Self.name) has no gradient, and none is asked of it")
  }
}

extension Graph {
  /// `x` as a constant.
  package mutating func detach(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    apply(DetachOperation(), [x], file: file, line: line)
  }
}
