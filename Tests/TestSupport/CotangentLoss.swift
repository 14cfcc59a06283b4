package import Autodiff

/// L = scale · sum over i of c[i] y[i]: hands any cotangent c to any tensor, so that a test can ask for any row of a
/// Jacobian. Inputs: y, c of one shape, scale [1]; output [1].
package struct CotangentLoss: Operation {
  package static let name = "cotangentLoss"
  package let saved: Saved = [.input(0), .input(1), .input(2)]

  package func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 3 && inputs[0] == inputs[1] && inputs[2] == TensorType([1]), inputs,
      "two tensors of one shape and [1]")
    var signature = OperationSignature(TensorType([1]))
    signature.isLoss = true
    signature.constantInputs = [1, 2]
    return signature
  }

  package func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.write([Self.value(io.inputs, backend)], to: io.output)
  }

  package func backward(_ io: BackwardIO, _ backend: any Backend) {
    backend.write([Self.value(io.inputs, backend)], to: io.output)
    guard let dy = io.inputGradients[0] else { return }
    backend.scale(io.inputs[1], by: backend.scalar(io.inputs[2]), into: dy.slot, dy.mode)
  }

  private static func value(_ inputs: [Slot], _ backend: any Backend) -> Float {
    let sum = zip(backend.read(inputs[0]), backend.read(inputs[1])).reduce(0.0) {
      $0 + Double($1.0) * Double($1.1)
    }
    return Float(sum * Double(backend.scalar(inputs[2])))
  }
}

extension Graph {
  /// Ends the graph with the sum of `y` weighted by `cotangent`.
  package mutating func cotangentLoss(
    _ y: Tensor, cotangent: Tensor, scale: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(CotangentLoss(), [y, cotangent, scale], file: file, line: line)
  }
}
