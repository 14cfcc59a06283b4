/// What all hidden states of a corpus have in common: which they are, how they are stored, whose they are.
package struct FeatureDescription: Sendable, Equatable {
  /// In the order of `FeatureState.sorted`, at least one.
  package var states: [FeatureState]
  package var storage: FeatureStorage
  /// Width of a state.
  package var hiddenSize: Int
  /// Layers of the target.
  package var layerCount: Int
  /// What a person calls the target; no identity.
  package var targetName: String
  /// SHA-256 of the target's weights, see `docs/feature-corpus.md`, in hexadecimal; empty when it is not known.
  package var targetHash: String

  package init(
    states: [FeatureState], storage: FeatureStorage, hiddenSize: Int, layerCount: Int,
    targetName: String = "",
    targetHash: String = ""
  ) {
    precondition(!states.isEmpty && hiddenSize > 0 && layerCount >= 0, "a feature corpus without states")
    self.states = FeatureState.sorted(states)
    self.storage = storage
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.targetName = targetName
    self.targetHash = targetHash
  }

  /// Bytes of all states of one token, before compression.
  package var bytesPerToken: Int { states.count * storage.byteCount(width: hiddenSize) }

  /// The first thing in which `other` differs, with its two values; nil when nothing does.
  func difference(from other: FeatureDescription) -> (key: String, here: String, there: String)? {
    let pairs: [(key: String, here: String, there: String)] = [
      ("features", Self.text(states), Self.text(other.states)),
      ("features (storage)", storage.rawValue, other.storage.rawValue),
      ("features@hidden_size", "\(hiddenSize)", "\(other.hiddenSize)"),
      ("features@layer_count", "\(layerCount)", "\(other.layerCount)"),
      ("features@target_sha256", targetHash, other.targetHash),
      ("features@target", targetName, other.targetName),
    ]
    return pairs.first { $0.here != $0.there }
  }

  /// States as a list for a person.
  package static func text(_ states: [FeatureState]) -> String {
    states.map(\.description).joined(separator: ", ")
  }
}
