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
    case .predicting(let drafter, let head):
      return predictingOperations(drafter, head, length: length) + teacher
    case .features(let drafter):
      // Every pass multiplies with all of its matrices and the head, and has the target's logits computed.
      let pass = Double(drafter.decodedWeightCount * 6 + 2 * drafter.head(of: 0).shape.count)
      return Double(settings.featureObjective(for: drafter, seed: seed).passCount) * pass + teacher
    }
  }

  /// An acceptance head, and the frozen drafter that reads the text, and the drafts, for it.
  private func predictingOperations(_ drafter: DraftModel, _ head: AcceptanceHead, length: Int) -> Double {
    let weights = Double(head.store.weightCount)
    if let model = drafter.languageModel {
      return 2 * model.configuration.forwardOperations(context: Double(length) / 2) + 6 * weights
    }
    // Each depth: a pass whose head is read, twice, and one that reads the drafts.
    let headWeights = drafter.featureDrafter?.head(of: 0).shape.count ?? 0
    let depth = Double(settings.acceptanceObjective(seed: seed).passCount)
    return depth * (Double(6 * drafter.decodedWeightCount - 4 * headWeights) + 6 * weights)
  }
}
