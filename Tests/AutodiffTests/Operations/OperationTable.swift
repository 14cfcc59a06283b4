/// Every operation's row. A new operation that is not here fails `OperationTableTests`.
enum OperationTable {
  static let cases: [OperationCase] =
    ElementwiseRows.cases + LinearRows.cases + RMSNormRows.cases + EmbeddingRows.cases + RoPERows.cases
    + AttentionRows.cases + MaskedAttentionRows.cases + ZeroKeyAttentionRows.cases + ConcatenateKeysRows.cases
    + HeadLossRows.cases + CachedAttentionRows.cases + LogSoftmaxRows.cases + DrafterRows.cases
    + NoiseRows.cases

  /// Cases with a backward pass.
  static var differentiable: [OperationCase] { cases.filter { !$0.isInference } }
  /// Losses are judged like the others, but end the graph by themselves.
  static var smallest: [OperationCase] { cases.filter { $0.learnedCount <= 64 } }

  static func named(_ title: String) -> OperationCase? { cases.first { $0.testDescription == title } }
}
