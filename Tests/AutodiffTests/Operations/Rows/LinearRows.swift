import Autodiff

/// linear: every combination of sizes that a tiled product may get wrong.
enum LinearRows {
  static var cases: [OperationCase] {
    let sizes = [
      (0, 3, 4), (3, 0, 4), (3, 4, 0), (1, 1, 1), (3, 5, 2), (1, 7, 3), (2, 3, 1), (17, 13, 9), (8, 16, 24),
      (65, 33, 129), (1, 300, 1000), (300, 40, 270),
    ]
    return sizes.map { linear(rows: $0.0, inputs: $0.1, outputs: $0.2) } + [ofItself(rows: 3, width: 4)]
  }

  static func linear(rows: Int, inputs: Int, outputs: Int) -> OperationCase {
    OperationCase(
      operation: "linear", title: "\(rows)×\(inputs)→\(outputs)",
      leaves: [.init([rows, inputs]), .init([outputs, inputs])], integers: [],
      terms: max(inputs, max(rows, outputs) / 8, 1),
      build: { g, x, _, _ in g.linear(x[0], x[1]) },
      twin: { Scalar.product($0.leaves[0], $0.leaves[1], width: inputs, rows: rows, outputs: outputs) })
  }

  /// x xᵀ: both gradients go to one place.
  static func ofItself(rows: Int, width: Int) -> OperationCase {
    OperationCase(
      operation: "linear", title: "x xᵀ \(rows)×\(width)", leaves: [.init([rows, width])], integers: [],
      terms: width,
      build: { g, x, _, _ in g.linear(x[0], x[0]) },
      twin: { Scalar.product($0.leaves[0], $0.leaves[0], width: width, rows: rows, outputs: rows) })
  }
}
