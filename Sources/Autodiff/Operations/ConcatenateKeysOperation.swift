/// The rows of several tensors, one after another within each sequence: what later passes of an unrolled drafter see.
/// Inputs: [batch*length_i, d]; output: [batch*(length_0 + length_1 + …), d].
struct ConcatenateKeysOperation: Operation {
  static let name = "concatenateKeys"
  let batch: Int
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    let width = inputs.first?.shape.columns ?? 0
    expect(
      !inputs.isEmpty
        && inputs.allSatisfy {
          $0 == TensorType([$0.shape.rows, width]) && $0.shape.rows.isMultiple(of: max(batch, 1))
        }, inputs, "one tensor or more of [\(batch)*length, \(width)]")
    return OperationSignature(TensorType([inputs.reduce(0) { $0 + $1.shape.rows }, width]))
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    forEachPart(io.inputs, of: io.output) { input, part, place in
      backend.scale(io.inputs[input].part(place, part.count), by: 1, into: part, .overwrite)
    }
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    forEachPart(io.inputs, of: io.outputGradient) { input, part, place in
      guard let gradient = io.inputGradients[input] else { return }
      backend.scale(part, by: 1, into: gradient.slot.part(place, part.count), gradient.mode)
    }
  }

  /// Calls `body` with an input's number, a sequence's part of `whole` that comes from it, and where that begins in it.
  private func forEachPart(_ inputs: [Slot], of whole: Slot, _ body: (Int, Slot, Int) -> Void) {
    var start = 0
    for sequence in 0..<batch {
      for (number, input) in inputs.enumerated() {
        let count = input.count / batch
        body(number, whole.part(start, count), sequence * count)
        start += count
      }
    }
  }
}

extension Graph {
  /// The rows of `tensors`, one after another within each of `batch` sequences; each: [batch*length, d].
  package mutating func concatenateKeys(
    _ tensors: [Tensor], batch: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(ConcatenateKeysOperation(batch: batch), tensors, file: file, line: line)
  }
}
