package import Models

/// The sizes of a drafter of the EAGLE family. Its states are as wide as the target's.
package struct FeatureDrafterConfiguration: Sendable, Hashable {
  /// Width of a state.
  package var hiddenSize: Int
  /// Width inside the feed-forward block.
  package var feedForwardSize: Int
  package var headCount: Int
  package var kvHeadCount: Int
  package var headSize: Int
  package var normEpsilon: Float
  /// Whose frequencies the rotary positions have: they are the target's positions.
  package var rotary: ModelConfiguration
  /// EAGLE-1: whether the fusion of token and state has a bias. Engines disagree about it, so that a drafter without one
  /// is served everywhere as it was trained.
  package var hasFusionBias = false
  /// EAGLE-3: how many layers of the target have been applied where its three states are taken: low, middle, high.
  package var tappedLayers: [Int]
  /// The tokens that the head has rows for, or of the target's head (EAGLE-1) the rows that are read; nil: all.
  package var draftVocabulary: DraftVocabulary?

  /// A layer like the target's own.
  package init(for target: ModelConfiguration) {
    hiddenSize = target.hiddenSize
    feedForwardSize = target.feedForwardSize
    headCount = target.headCount
    kvHeadCount = target.kvHeadCount
    headSize = target.headSize
    normEpsilon = target.normEpsilon
    rotary = target
    tappedLayers = Self.standardTaps(layerCount: target.layerCount)
  }

  /// What every engine takes where a file does not say: before layers 2, L/2 and L - 3, which are the outputs of layers
  /// 1, L/2 - 1 and L - 4 counted from 0. Targets of fewer than six layers have the nearest places there are.
  ///
  /// Source: SafeAILab/EAGLE, `modeling_llama_kv.py`; the same default in SGLang, vLLM and llama.cpp.
  package static func standardTaps(layerCount: Int) -> [Int] {
    [2, layerCount / 2, layerCount - 3].map { max(0, min($0, layerCount)) }
  }
}
