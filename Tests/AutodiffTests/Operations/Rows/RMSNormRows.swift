import Autodiff
import TestSupport

/// rmsNorm.
enum RMSNormRows {
  static var cases: [OperationCase] {
    let shapes: [Shape] = [[0, 5], [1, 1], [3, 5], [2, 13], [1, 16], [5, 1], [33, 70], [300, 289]]
    return shapes.map { rmsNorm($0, epsilon: 1e-5) }
      + [rmsNorm([3, 12], heads: 4, epsilon: 1e-5), rmsNorm([70, 96], heads: 3, epsilon: 1e-5)]
      + [rmsNorm([2, 6], epsilon: 0.5), rmsNorm([2, 6], epsilon: 1e-6, size: 1e-3)]
  }

  /// - Parameters:
  ///   - heads: stretches of a row that are normalised by themselves.
  ///   - size: of the numbers in x; small ones show where epsilon stands.
  static func rmsNorm(_ shape: Shape, heads: Int = 1, epsilon: Float, size: Double = 1) -> OperationCase {
    let columns = shape.columns / heads
    return OperationCase(
      operation: "rmsNorm",
      title: "\(shape)\(heads == 1 ? "" : " in \(heads)") epsilon \(epsilon)"
        + (size == 1 ? "" : " of size \(size)"),
      leaves: [.init(shape, sample: { $0.normals($1, deviation: size) }), .init([columns])],
      integers: [], terms: max(columns, shape.rows * heads), cancellation: 1 / size, step: 1e-4 * size,
      build: { g, x, _, _ in g.rmsNorm(x[0], x[1], epsilon: epsilon) },
      twin: { normalised($0.leaves[0], $0.leaves[1], epsilon: Double(epsilon)) })
  }

  /// Rows of `x`, as long as `w`, divided by their root mean square and multiplied by `w`.
  static func normalised(_ x: [Double], _ w: [Double], epsilon: Double) -> [Double] {
    stride(from: 0, to: x.count, by: max(w.count, 1)).flatMap { start -> [Double] in
      let row = x[start..<start + w.count]
      let square = row.reduce(0) { $0 + $1 * $1 } / Double(w.count)
      let inverse = 1 / (square + epsilon).squareRoot()
      return zip(row, w).map { $0 * inverse * $1 }
    }
  }
}
