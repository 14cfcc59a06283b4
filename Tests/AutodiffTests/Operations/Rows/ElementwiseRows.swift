import Autodiff
import TestSupport

/// add, multiply, scale, addBias, silu and swiGLU: no sums, except the bias gradient over rows.
enum ElementwiseRows {
  /// 0, 1, odd, not a multiple of 8, a multiple, and one that kernels split between threads.
  static let shapes: [Shape] = [[0, 5], [1, 1], [3, 5], [2, 13], [4, 16], [331, 433]]

  static var cases: [OperationCase] {
    shapes.flatMap { shape in
      [add(shape), multiply(shape), scale(shape, by: -0.75), addBias(shape), silu(shape), swiGLU(shape)]
    } + [addToItself([3, 5]), addToItself([0, 5]), multiplyByItself([3, 5]), swiGLUOfItself([3, 13])]
      + [
        scale([2, 3], by: 0), scale([7], by: 3), add([7]), silu([7]), silu([2, 3], deviation: 20),
        addBias([0, 0]),
      ]
  }

  private static func binary(
    _ operation: String, _ shape: Shape, build: @escaping OperationCase.Build,
    _ twin: @escaping @Sendable (Double, Double) -> Double
  ) -> OperationCase {
    OperationCase(
      operation: operation, title: "\(shape)", leaves: [.init(shape), .init(shape)], integers: [], terms: 1,
      build: build, twin: { zip($0.leaves[0], $0.leaves[1]).map(twin) })
  }

  private static func unary(
    _ operation: String, _ title: String, _ shape: Shape, build: @escaping OperationCase.Build,
    _ twin: @escaping @Sendable (Double) -> Double
  ) -> OperationCase {
    OperationCase(
      operation: operation, title: "\(title) \(shape)", leaves: [.init(shape)], integers: [], terms: 1,
      build: build, twin: { $0.leaves[0].map(twin) })
  }

  static func silu(_ x: Double) -> Double { x / (1 + Scalar.exp(-x)) }

  static func add(_ shape: Shape) -> OperationCase {
    binary("add", shape, build: { g, x, _, _ in g.add(x[0], x[1]) }, { $0 + $1 })
  }

  static func multiply(_ shape: Shape) -> OperationCase {
    binary("multiply", shape, build: { g, x, _, _ in g.multiply(x[0], x[1]) }, { $0 * $1 })
  }

  /// Wide inputs show both ends, where the slope is 0 or 1.
  static func silu(_ shape: Shape, deviation: Double = 1) -> OperationCase {
    OperationCase(
      operation: "silu", title: "\(shape)\(deviation == 1 ? "" : " of size \(deviation)")",
      leaves: [.init(shape, sample: { $0.normals($1, deviation: deviation) })], integers: [], terms: 1,
      build: { g, x, _, _ in g.silu(x[0]) }, twin: { $0.leaves[0].map(silu) })
  }

  static func swiGLU(_ shape: Shape) -> OperationCase {
    binary("swiGLU", shape, build: { g, x, _, _ in g.swiGLU(gate: x[0], up: x[1]) }, { silu($0) * $1 })
  }

  static func addToItself(_ shape: Shape) -> OperationCase {
    unary("add", "x + x", shape, build: { g, x, _, _ in g.add(x[0], x[0]) }, { 2 * $0 })
  }

  static func multiplyByItself(_ shape: Shape) -> OperationCase {
    unary("multiply", "x x", shape, build: { g, x, _, _ in g.multiply(x[0], x[0]) }, { $0 * $0 })
  }

  static func swiGLUOfItself(_ shape: Shape) -> OperationCase {
    unary("swiGLU", "x, x", shape, build: { g, x, _, _ in g.swiGLU(gate: x[0], up: x[0]) }, { silu($0) * $0 })
  }

  static func scale(_ shape: Shape, by factor: Float) -> OperationCase {
    unary(
      "scale", "by \(factor)", shape, build: { g, x, _, _ in g.scale(x[0], by: factor) },
      { $0 * Double(factor) })
  }

  static func addBias(_ shape: Shape) -> OperationCase {
    let columns = shape.columns
    return OperationCase(
      operation: "addBias", title: "\(shape)", leaves: [.init(shape), .init([columns])], integers: [],
      terms: max(1, shape.rows / 8),
      build: { g, x, _, _ in g.addBias(x[0], x[1]) },
      twin: { input in input.leaves[0].enumerated().map { $1 + input.leaves[1][$0 % columns] } })
  }
}
