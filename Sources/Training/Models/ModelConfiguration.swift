/// How rotary frequencies are scaled for long contexts.
package enum RotaryScaling: Sendable, Hashable {
  /// Llama 3.1: long wavelengths are stretched by `factor`, short ones kept, those between blended.
  case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalPositions: Int)
  /// Every position divided by `factor`.
  case linear(factor: Double)
}

/// The architecture of a model of the Llama family.
package struct ModelConfiguration: Sendable, Hashable {
  package var vocabularySize: Int
  package var hiddenSize: Int
  /// Width inside the feed-forward block.
  package var feedForwardSize: Int
  package var layerCount: Int
  package var headCount: Int
  package var kvHeadCount: Int
  /// Elements per head; not always hiddenSize / headCount.
  package var headSize: Int
  package var normEpsilon: Float
  package var ropeTheta: Double
  package var ropeScaling: RotaryScaling?
  /// Whether the head is the embedding.
  package var tiesEmbeddings: Bool
  /// The longest sequence the model was made for.
  package var maxPositions: Int
  package var beginToken: Int32?
  package var endTokens: [Int32]
  package var padToken: Int32?

  /// An architecture; traps when the numbers do not fit together (files and recipes are checked before).
  package init(
    vocabularySize: Int, hiddenSize: Int, feedForwardSize: Int, layerCount: Int, headCount: Int,
    kvHeadCount: Int? = nil, headSize: Int? = nil, normEpsilon: Float = 1e-5, ropeTheta: Double = 10_000,
    ropeScaling: RotaryScaling? = nil, tiesEmbeddings: Bool = true, maxPositions: Int = 512,
    beginToken: Int32? = nil, endTokens: [Int32] = [], padToken: Int32? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.feedForwardSize = feedForwardSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.kvHeadCount = kvHeadCount ?? headCount
    self.headSize = headSize ?? hiddenSize / headCount
    self.normEpsilon = normEpsilon
    self.ropeTheta = ropeTheta
    self.ropeScaling = ropeScaling
    self.tiesEmbeddings = tiesEmbeddings
    self.maxPositions = maxPositions
    self.beginToken = beginToken
    self.endTokens = endTokens
    self.padToken = padToken
    precondition(
      headCount > 0 && self.kvHeadCount > 0 && headCount % self.kvHeadCount == 0 && self.headSize % 2 == 0,
      "\(headCount) heads, \(self.kvHeadCount) key/value heads of \(self.headSize) do not fit together")
  }

  /// Number of weights.
  package var parameterCount: Int {
    let attention = hiddenSize * headSize * (2 * headCount + 2 * kvHeadCount)
    let layer = attention + 3 * hiddenSize * feedForwardSize + 2 * hiddenSize
    return vocabularySize * hiddenSize * (tiesEmbeddings ? 1 : 2) + layerCount * layer + hiddenSize
  }

  /// Rotary frequencies in radians per position, one per pair of a head.
  package var inverseFrequencies: [Double] {
    let plain = RotaryFrequencies.plain(headSize: headSize, theta: ropeTheta)
    guard let ropeScaling else { return plain }
    return plain.map { RotaryFrequencies.scaled($0, by: ropeScaling) }
  }
}
