/// A table of token vectors.
public struct Embedding: Sendable {
  /// [vocabulary, d].
  public let weight: Parameter

  /// Creates `weight` in `scope`.
  public init(_ scope: ParameterScope, vocabulary: Int, size: Int, initializer: Initializer) {
    weight = scope.parameter("weight", [vocabulary, size], initializer)
  }

  /// ids: int [n]; the result is [n, d].
  public func callAsFunction(_ ids: Tensor, in g: inout Graph) -> Tensor {
    g.embedding(g.parameter(weight), ids: ids)
  }
}
