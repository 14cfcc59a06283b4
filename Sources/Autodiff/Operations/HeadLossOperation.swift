/// Where a head loss finds its teacher.
package enum HeadTeacher: Sendable, Hashable {
  /// Labels only.
  case none
  /// The teacher's last hidden states [n, width] and its head [v, width] come as inputs; its logits are computed
  /// chunk by chunk beside the student's.
  case hidden(width: Int)
  /// The k most likely tokens and their log-probabilities come as inputs: int [n, k] and [n, k].
  case topK(Int, tail: TailPolicy)
}

/// Head and loss in one: logits = x wᵀ are made for a chunk of rows, turned into their loss and gradient in place,
/// and used up before the next chunk. [tokens × vocabulary] never exists whole, and rows whose label is negative
/// never reach the vocabulary product.
///
/// Inputs: x [n, d], w [v, d], labels int [n], scale [1], then what the teacher needs (see `HeadTeacher`).
/// Output: sums over the labelled rows, one per `LossStatistic`. The gradient is that of scale times the summed
/// loss; a trainer puts 1 / (number of labelled rows in the whole step) into scale.
struct HeadLossOperation: Operation {
  static let name = "headLoss"
  let mix: LossMix
  let teacher: HeadTeacher
  let saved: Saved = [.input(0), .input(1), .input(2), .input(3), .input(4), .input(5)]

  func signature(_ inputs: [TensorType]) -> OperationSignature {
    let (rows, width) = (inputs[0].shape.rows, inputs[0].shape.columns)
    let vocabulary = inputs[1].shape.rows
    var wanted = [
      TensorType([rows, width]), TensorType([vocabulary, width], inputs[1].element),
      TensorType([rows], .int32), TensorType([1]),
    ]
    switch teacher {
    case .none: break
    case .hidden(let width):
      let element = inputs.last?.element ?? .float32
      wanted += [TensorType([rows, width]), TensorType([vocabulary, width], element)]
    case .topK(let k, _):
      wanted += [TensorType([rows, k], .int32), TensorType([rows, k])]
      precondition(
        mix.studentTemperature == 1 && mix.teacherTemperature == 1,
        "headLoss: stored log-probabilities have the temperature they were stored with")
    }
    expect(inputs == wanted, inputs, wanted.map(\.description).joined(separator: ", "))
    precondition(teacher != .none || !mix.needsTeacher, "headLoss: the loss mix needs a teacher")

    var signature = OperationSignature(TensorType([LossStatistic.allCases.count]))
    signature.isLoss = true
    signature.constantInputs = [2, 3, 4, 5]
    let layout = HeadLossLayout(rows: rows, width: width, vocabulary: vocabulary, teacher: teacher)
    signature.forwardScratch = layout.count
    signature.backwardScratch = layout.count
    return signature
  }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    run(io.inputs, io.inputTypes, io.output, io.scratch, dx: nil, dw: nil, backend)
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    run(
      io.inputs, io.inputTypes, io.output, io.scratch, dx: io.inputGradients[0], dw: io.inputGradients[1],
      backend)
  }

  private func run(
    _ inputs: [Slot], _ types: [TensorType], _ output: Slot, _ scratch: Slot, dx: GradientSlot?,
    dw: GradientSlot?, _ backend: any Backend
  ) {
    let layout = HeadLossLayout(
      rows: types[0].shape.rows, width: types[0].shape.columns, vocabulary: types[1].shape.rows,
      teacher: teacher)
    let pass = HeadLossPass(
      mix: mix, teacher: teacher, layout: layout, inputs: inputs, types: types, scratch: scratch, dx: dx,
      dw: dw, backend: backend)
    pass.run(into: output)
  }
}

extension Graph {
  /// Cross entropy of `x` [n, d] under the head `w` [v, d]; rows with a negative label do not count.
  package mutating func headCrossEntropy(
    _ x: Tensor, _ w: Tensor, labels: Tensor, scale: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(
      HeadLossOperation(mix: .crossEntropyOnly, teacher: .none), [x, w, labels, scale], file: file, line: line
    )
  }

  /// A mixed distillation loss against a teacher that runs in the same process.
  package mutating func headDistillation(
    _ x: Tensor, _ w: Tensor, labels: Tensor, scale: Tensor, teacherHidden: Tensor, teacherHead: Tensor,
    mix: LossMix, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(
      HeadLossOperation(mix: mix, teacher: .hidden(width: teacherHidden.shape.columns)),
      [x, w, labels, scale, teacherHidden, teacherHead], file: file, line: line)
  }

  /// A mixed distillation loss against stored top-k log-probabilities.
  package mutating func headDistillation(
    _ x: Tensor, _ w: Tensor, labels: Tensor, scale: Tensor, teacherIDs: Tensor, logProbabilities: Tensor,
    tail: TailPolicy, mix: LossMix, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    apply(
      HeadLossOperation(mix: mix, teacher: .topK(teacherIDs.shape.columns, tail: tail)),
      [x, w, labels, scale, teacherIDs, logProbabilities], file: file, line: line)
  }
}
