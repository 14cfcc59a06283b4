/// The architecture of a decoder: Llama's, and what other families have beside it.
package struct ModelConfiguration: Sendable, Hashable {
  package var family = ModelFamily.llama
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
  /// Whether queries, keys and values have biases.
  package var hasAttentionBias = false
  /// Whether attention's output projection has one.
  package var hasOutputBias = false
  /// Whether the three matrices of the feed-forward block have biases.
  package var hasFeedForwardBias = false
  /// Whether each head of queries and keys is normalised.
  package var normalizesHeads = false
  /// Layers whose rows see only the last keys.
  package var window: SlidingWindow?
  /// Layers whose queries and keys are not rotated.
  package var unrotatedLayers: Set<Int> = []
  /// The tokens that a drafter's head has rows for; nil: all. Only where head and embedding are not tied.
  package var draftVocabulary: DraftVocabulary?

  /// An architecture of the Llama family; traps when the numbers do not fit together (files and recipes are checked
  /// before).
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

  /// Rows of the head: the tokens that the model can propose.
  package var headRowCount: Int { draftVocabulary?.count ?? vocabularySize }

  /// Number of weights.
  package var parameterCount: Int { parameterShapes.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// Rotary frequencies for sequences of up to `positions`.
  package func rotaryFrequencies(positions: Int) -> RotaryFrequencies {
    RotaryFrequencies(
      headSize: headSize, theta: ropeTheta, scaling: ropeScaling, maxPositions: maxPositions,
      positions: positions)
  }

  /// Whether layers of `other` compute the same function of the same weights, sizes apart.
  package func hasLayersLike(_ other: ModelConfiguration) -> Bool {
    hasAttentionBias == other.hasAttentionBias && hasOutputBias == other.hasOutputBias
      && hasFeedForwardBias == other.hasFeedForwardBias && normalizesHeads == other.normalizesHeads
  }
}
