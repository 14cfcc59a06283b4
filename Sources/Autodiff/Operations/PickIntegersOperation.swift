/// y[r] = x[ids[r]], -1 where the id is negative. x: int [m], ids, y: int [n].
struct PickIntegersOperation: Operation {
  static let name = "pickIntegers"
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 2 && inputs.allSatisfy { $0.shape.rank == 1 && $0.element == .int32 }, inputs,
      "int [m] and int [n]")
    var signature = OperationSignature(inputs[1])
    signature.constantInputs = [0, 1]
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.gatherIntegers(io.inputs[0], indices: io.inputs[1], into: io.output, rows: io.output.count)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    preconditionFailure("\(Self.name) has no gradient, and none is asked of it")
  }
}

extension Graph {
  /// The entries of `x` (int [m]) at `ids` (int [n]); -1 for negative ids.
  package mutating func pickIntegers(
    _ x: Tensor, ids: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(PickIntegersOperation(), [x, ids], file: file, line: line)
  }
}
