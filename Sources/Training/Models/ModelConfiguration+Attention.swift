package import Autodiff

extension ModelConfiguration {
  /// What attention of a layer does.
  package func attention(layer: Int) -> SelfAttention.Features {
    var features = SelfAttention.Features()
    features.hasBias = hasAttentionBias
    features.hasOutputBias = hasOutputBias
    features.headNormEpsilon = normalizesHeads ? normEpsilon : nil
    features.window = window.flatMap { $0.layers.contains(layer) ? $0.size : nil }
    features.isRotary = !unrotatedLayers.contains(layer)
    return features
  }
}
