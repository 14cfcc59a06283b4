internal import DraftData
internal import Drafters

extension FeatureState {
  /// What a drafter is trained on: the states that it reads, and the one from which the target's distribution comes.
  static func read(by drafter: any FeatureDrafter) -> [FeatureState] {
    sorted([.final] + drafter.tappedLayers.map { .residual(layersApplied: $0) })
  }
}

extension DraftModel {
  /// The target's states that training needs; none for a language model of its own.
  var readStates: [FeatureState] {
    if case .features(let drafter) = self { FeatureState.read(by: drafter) } else { [] }
  }
}
