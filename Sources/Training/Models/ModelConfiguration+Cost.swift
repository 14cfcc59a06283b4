extension ModelConfiguration {
  /// Weights that the forward pass of one token is multiplied with: every matrix but the embedding, of which one row
  /// is copied. The head counts, tied or not.
  package var multipliedWeightCount: Int {
    let attention = hiddenSize * headSize * (2 * headCount + 2 * kvHeadCount)
    return layerCount * (attention + 3 * hiddenSize * feedForwardSize) + headRowCount * hiddenSize
  }

  /// Weights that decoding one token reads from memory: all but an embedding that is not the head as well, of which one
  /// row is read.
  package var decodedWeightCount: Int {
    parameterCount - (tiesEmbeddings ? 0 : vocabularySize * hiddenSize)
  }

  /// Floating-point operations of the forward pass of one token: two for each weight, and four for each element of a
  /// query head and each position that it attends to.
  ///
  /// - Parameter context: positions attended to on average: half the length of packed causal sequences.
  package func forwardOperations(context: Double) -> Double {
    2 * Double(multipliedWeightCount) + 4 * Double(layerCount * headCount * headSize) * context
  }

  /// Floating-point operations of forward and backward pass of one token in sequences of `length`: the backward pass
  /// has two products for each of the forward pass.
  package func trainingOperations(length: Int) -> Double {
    3 * forwardOperations(context: Double(length) / 2)
  }
}
