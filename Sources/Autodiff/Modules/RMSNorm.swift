/// Root-mean-square normalisation with a learned weight.
package struct RMSNorm: Sendable {
  /// [d], ones at first.
  package let weight: Parameter
  /// Added to the mean square.
  package let epsilon: Float

  /// Creates `weight` in `scope`.
  package init(_ scope: ParameterScope, size: Int, epsilon: Float, initializer: Initializer = .constant(1)) {
    weight = scope.parameter("weight", [size], initializer)
    self.epsilon = epsilon
  }

  /// x: [n, d]; the result has the same shape.
  package func callAsFunction(_ x: Tensor, in g: inout Graph) -> Tensor {
    g.rmsNorm(x, g.parameter(weight), epsilon: epsilon)
  }
}
