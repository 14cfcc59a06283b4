/// A table of token vectors.
package struct Embedding: Sendable {
  /// [vocabulary, d].
  package let weight: Parameter

  /// Creates `weight` in `scope`.
  package init(_ scope: ParameterScope, vocabulary: Int, size: Int, initializer: Initializer) {
    weight = scope.parameter("weight", [vocabulary, size], initializer)
  }

  /// ids: int [n]; the result is [n, d].
  package func callAsFunction(_ ids: Tensor, in g: inout Graph) -> Tensor {
    g.embedding(g.parameter(weight), ids: ids)
  }
}
