import Autodiff
import TestSupport

/// Width of the student's states and number of tokens.
struct HeadLossSize: Sendable {
  let width: Int
  let vocabulary: Int
}

/// Makes rows of the table for headLoss. Leaves: x, w, scale, and the teacher's floats; integers: labels, and the
/// teacher's ids.
struct HeadLossCase: Sendable {
  let title: String
  let size: HeadLossSize
  let labels: [Int32]
  var teacher = HeadTeacher.none
  var mix = LossMix.crossEntropyOnly
  /// Whether stored rows of the teacher have fewer than k entries, by their number.
  var endsEarly = false

  static let scale: Float = 0.37

  var row: OperationCase {
    let case0 = self
    var leaves: [OperationCase.Leaf] = [
      .init([labels.count, size.width]), .init([size.vocabulary, size.width]),
      .init([1], isLearned: false, sample: { _, _ in [Self.scale] }),
    ]
    var integers = [labels]
    var integerShapes: [Shape] = [[labels.count]]
    switch teacher {
    case .none: break
    case .hidden(let width):
      leaves += [
        .init([labels.count, width], isLearned: false), .init([size.vocabulary, width], isLearned: false),
      ]
    case .topK(let k, _):
      let (ids, logProbabilities) = storedTeacher(k)
      integers.append(ids)
      integerShapes.append([labels.count, k])
      leaves.append(.init([labels.count, k], isLearned: false, sample: { _, _ in logProbabilities }))
    }
    return OperationCase(
      operation: "headLoss", title: title, leaves: leaves, integers: integers,
      terms: max(size.width, size.vocabulary, labels.count / 8), kind: .loss(scaleLeaf: 2),
      integerShapes: integerShapes,
      build: { g, x, integers, _ in case0.build(&g, x, integers) }, twin: { case0.twin($0) })
  }

  private func build(_ g: inout Graph, _ x: [Tensor], _ integers: [Tensor]) -> Tensor {
    switch teacher {
    case .none: return g.headCrossEntropy(x[0], x[1], labels: integers[0], scale: x[2])
    case .hidden:
      return g.headDistillation(
        x[0], x[1], labels: integers[0], scale: x[2], teacherHidden: x[3], teacherHead: x[4], mix: mix)
    case .topK(_, let tail):
      return g.headDistillation(
        x[0], x[1], labels: integers[0], scale: x[2], teacherIDs: integers[1], logProbabilities: x[3],
        tail: tail, mix: mix)
    }
  }

  /// The most likely tokens of random teachers, by falling probability.
  private func storedTeacher(_ k: Int) -> (ids: [Int32], logProbabilities: [Float]) {
    var numbers = TestNumbers("teacher of " + title)
    var (ids, logProbabilities): ([Int32], [Float]) = ([], [])
    for row in labels.indices {
      let logP = Scalar.logSoftmax(numbers.normals(size.vocabulary, deviation: 1.5).map(Double.init))
      let order = logP.indices.sorted { logP[$0] > logP[$1] }.prefix(k)
      let kept = endsEarly ? k - row % k : k
      ids += order.enumerated().map { $0 < kept ? Int32($1) : -1 }
      logProbabilities += order.map { Float(logP[$0]) }
    }
    return (ids, logProbabilities)
  }

  private func twin(_ input: OperationCase.TwinInput) -> [Double] {
    let (width, vocabulary) = (size.width, size.vocabulary)
    let rows = input.integers[0].count
    func logits(_ leaves: [[Double]]) -> [Double] {
      Scalar.product(leaves[0], leaves[1], width: width, rows: rows, outputs: vocabulary)
    }
    let (z, held) = (logits(input.leaves), logits(input.held))
    var total = [Double](repeating: 0, count: LossStatistic.allCases.count)
    let teacherLogits = self.teacherLogits(input, rows)
    let twin = HeadLossTwin(mix: mix)
    for (row, label) in input.integers[0].enumerated() where label >= 0 {
      let range = row * vocabulary..<(row + 1) * vocabulary
      let (own, fixed) = (Array(z[range]), Array(held[range]))
      let result: HeadLossTwin.Row
      switch teacher {
      case .none: result = twin.row(logits: own, label: Int(label))
      case .hidden:
        result = twin.row(
          logits: own, held: fixed, teacher: Array(teacherLogits[range]), label: Int(label))
      case .topK(let k, let tail):
        let stored = row * k..<(row + 1) * k
        result = twin.row(
          logits: own, held: fixed, ids: Array(input.integers[1][stored]),
          logProbabilities: Array(input.leaves[3][stored]), tail: tail, label: Int(label))
      }
      for (index, value) in result.values.enumerated() { total[index] += value }
      total[LossStatistic.rows.rawValue] += 1
    }
    return total
  }

  private func teacherLogits(_ input: OperationCase.TwinInput, _ rows: Int) -> [Double] {
    guard case .hidden(let width) = teacher else { return [] }
    return Scalar.product(
      input.leaves[3], input.leaves[4], width: width, rows: rows, outputs: size.vocabulary)
  }
}
