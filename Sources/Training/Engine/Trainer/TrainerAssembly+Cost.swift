internal import Autodiff
internal import Drafters
internal import Models
internal import Objectives

extension TrainerAssembly {
  /// Tokens that training reads.
  var vocabularySize: Int {
    (model.languageModel ?? target)?.configuration.vocabularySize ?? 0
  }

  /// Floating-point operations of a training step for each of its tokens: forward and backward through what is trained,
  /// and forward through the target where it runs beside it.
  var operationsPerToken: Double {
    let length = settings.sequenceLength
    let teacher = runningTarget?.configuration.forwardOperations(context: Double(length) / 2) ?? 0
    switch model {
    case .standalone(let model):
      return model.configuration.trainingOperations(length: length) + teacher
    case .predicting(let model, let head):
      // The drafter reads the text and the text with drafts in it.
      let drafter = 2 * model.configuration.forwardOperations(context: Double(length) / 2)
      return drafter + Double(6 * head.store.weightCount) + teacher
    case .features(let drafter):
      // Every pass multiplies with all of its matrices and the head, and has the target's logits computed.
      let pass = Double(drafter.decodedWeightCount * 6 + 2 * drafter.head(of: 0).shape.count)
      return Double(settings.featureObjective(for: drafter, seed: seed).passCount) * pass + teacher
    }
  }
}
