/// y = x weightᵀ + bias.
package struct Linear: Sendable {
  /// [out, in].
  package let weight: Parameter
  /// [out], if there is one.
  package let bias: Parameter?

  /// Creates `weight` (and `bias`) in `scope`.
  package init(
    _ scope: ParameterScope, inputs: Int, outputs: Int, hasBias: Bool = false, initializer: Initializer
  ) {
    weight = scope.parameter("weight", [outputs, inputs], initializer)
    bias = hasBias ? scope.parameter("bias", [outputs], initializer == .loaded ? .loaded : .constant(0)) : nil
  }

  /// x: [n, in]; the result is [n, out].
  package func callAsFunction(_ x: Tensor, in g: inout Graph) -> Tensor {
    let y = g.linear(x, g.parameter(weight))
    guard let bias else { return y }
    return g.addBias(y, g.parameter(bias))
  }
}
