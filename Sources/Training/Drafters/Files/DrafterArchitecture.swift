package import Autodiff
package import Models

/// What kind of drafter that reads hidden states it is, and its sizes.
package enum DrafterArchitecture: Sendable, Hashable {
  case eagle(FeatureDrafterConfiguration)
  case eagle3(FeatureDrafterConfiguration)
  case medusa(MedusaConfiguration)

  /// The kinds, without sizes.
  package enum Kind: String, Sendable, Hashable {
    case eagle = "an EAGLE drafter"
    case eagle3 = "an EAGLE-3 drafter"
    case medusa = "Medusa heads"
  }

  /// The tokens that its heads have rows for; nil: all.
  package var draftVocabulary: DraftVocabulary? {
    switch self {
    case .eagle(let it), .eagle3(let it): it.draftVocabulary
    case .medusa(let it): it.draftVocabulary
    }
  }

  /// Where the target's residual stream is read.
  package var tappedLayers: [Int] {
    if case .eagle3(let it) = self { it.tappedLayers } else { [] }
  }

  /// Builds the drafter over its target; its weights are not set yet.
  ///
  /// - Parameters:
  ///   - isLoaded: whether every weight will come from a file instead of being drawn.
  ///   - frozen: parameters that are not trained, see `ParameterStore`.
  package func make(
    over target: LanguageModel, on backend: any Backend, isTrainable: Bool, isLoaded: Bool,
    frozen: [String] = []
  ) -> any FeatureDrafter {
    let positions = target.rotary.positionCount
    return switch self {
    case .eagle(let it):
      EagleDrafter(
        it, target: target, on: backend, positions: positions, isTrainable: isTrainable, isLoaded: isLoaded,
        frozen: frozen)
    case .eagle3(let it):
      Eagle3Drafter(
        it, target: target, on: backend, positions: positions, isTrainable: isTrainable, isLoaded: isLoaded,
        frozen: frozen)
    case .medusa(let it):
      MedusaDrafter(
        it, target: target, on: backend, isTrainable: isTrainable, isLoaded: isLoaded, frozen: frozen)
    }
  }
}
