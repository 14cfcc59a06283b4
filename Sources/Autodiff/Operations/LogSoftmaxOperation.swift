/// y = log softmax(x / temperature), row by row; inference only, because training fuses it into the head losses.
/// x: [n, v].
struct LogSoftmaxOperation: Operation {
  static let name = "logSoftmax"
  let temperature: Float
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(inputs.count == 1, inputs, "logits [n, v]")
    var signature = OperationSignature(inputs[0])
    signature.inPlace = [0]
    signature.mutatesInputs = true
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    if io.inputs[0] != io.output { backend.scale(io.inputs[0], by: 1, into: io.output, .overwrite) }
    backend.logSoftmaxRows(
      io.output, rows: io.outputType.shape.rows, vocabulary: io.outputType.shape.columns,
      temperature: temperature)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    preconditionFailure("\(Self.name) has no gradient: use a head loss")
  }
}

extension Graph {
  /// Log-probabilities of logits [n, v] at a temperature.
  package mutating func logSoftmax(
    _ logits: Tensor, temperature: Float = 1, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(LogSoftmaxOperation(temperature: temperature), [logits], file: file, line: line)
  }
}
