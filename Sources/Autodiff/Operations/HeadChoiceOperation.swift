/// The likeliest token of every row under a head, by a number that is given for it:
/// y[r] = places[argmax over x of hidden[r] · head[x]], the lowest x winning a tie. Logits exist for a chunk of rows only.
/// hidden: [n, d], head: [v, d], places: int [v], y: int [n].
struct HeadChoiceOperation: Operation {
  static let name = "headChoice"
  let saved: Saved = []

  /// Logits of one chunk.
  private static let chunkElements = 1 << 22

  private static func chunkRows(_ rows: Int, _ vocabulary: Int) -> Int {
    max(1, min(rows, chunkElements / max(vocabulary, 1)))
  }

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    expect(
      inputs.count == 3 && inputs[0].shape.rank == 2 && inputs[1].shape.rank == 2
        && inputs[0].shape.columns == inputs[1].shape.columns && inputs[1].shape.rows > 0
        && inputs[2] == TensorType([inputs[1].shape.rows], .int32), inputs, "[n, d], [v, d] and int [v]")
    let (rows, vocabulary) = (inputs[0].shape.rows, inputs[1].shape.rows)
    var signature = OperationSignature(TensorType([rows], .int32))
    signature.constantInputs = [0, 1, 2]
    let chunk = Self.chunkRows(rows, vocabulary)
    signature.forwardScratch = alignedCount(chunk * vocabulary) + chunk
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    let (rows, width) = (io.inputTypes[0].shape.rows, io.inputTypes[0].shape.columns)
    let vocabulary = io.inputTypes[1].shape.rows
    let chunk = Self.chunkRows(rows, vocabulary)
    for start in stride(from: 0, to: rows, by: chunk) {
      let count = min(chunk, rows - start)
      let logits = io.scratch.part(0, count * vocabulary)
      let best = io.scratch.part(alignedCount(chunk * vocabulary), count)
      backend.gemm(
        io.inputs[0].part(start * width, count * width), StoredMatrix(io.inputs[1], io.inputTypes[1]),
        transposed: true, into: logits, m: count, alpha: 1, .overwrite)
      backend.argmaxRows(logits, into: best, rows: count, vocabulary: vocabulary)
      backend.gatherIntegers(io.inputs[2], indices: best, into: io.output.part(start, count), rows: count)
    }
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    preconditionFailure("\(Self.name) has no gradient, and none is asked of it")
  }
}

extension Graph {
  /// `places` of the likeliest token of each row of `hidden` [n, d] under `head` [v, d]; see `HeadChoiceOperation`.
  package mutating func headChoice(
    _ hidden: Tensor, _ head: Tensor, places: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(HeadChoiceOperation(), [hidden, head, places], file: file, line: line)
  }
}
