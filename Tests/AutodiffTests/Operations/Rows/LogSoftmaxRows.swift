import Autodiff
import TestSupport

/// logSoftmax, forward only.
enum LogSoftmaxRows {
  static var cases: [OperationCase] {
    [
      logSoftmax([0, 5], temperature: 1), logSoftmax([1, 1], temperature: 1),
      logSoftmax([3, 5], temperature: 1),
      logSoftmax([2, 13], temperature: 0.5), logSoftmax([4, 16], temperature: 2),
      logSoftmax([33, 1003], temperature: 1),
    ]
  }

  static func logSoftmax(_ shape: Shape, temperature: Float) -> OperationCase {
    let columns = shape.columns
    return OperationCase(
      operation: "logSoftmax", title: "\(shape) at temperature \(temperature)",
      leaves: [.init(shape, isLearned: false, sample: { $0.normals($1, deviation: 4) })], integers: [],
      terms: columns, kind: .inference,
      build: { g, x, _, _ in g.logSoftmax(x[0], temperature: temperature) },
      twin: { input in
        (0..<shape.rows).flatMap {
          Scalar.logSoftmax(
            Array(input.leaves[0][$0 * columns..<($0 + 1) * columns]), temperature: Double(temperature))
        }
      })
  }
}
