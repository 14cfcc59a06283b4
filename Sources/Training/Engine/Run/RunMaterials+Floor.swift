internal import DraftData
internal import Evaluation

extension RunMaterials {
  /// The n-gram model of what the last training stage learnt: every token of its mixture's sources, each counted
  /// once whatever its share.
  ///
  /// - Parameters:
  ///   - order: n.
  ///   - stages: how many stages of the recipe have begun; the last training stage among them is meant.
  /// - Returns: nil where none of them trains.
  func floor(order: Int, stages: Int) throws -> NGramFloor? {
    guard let stage = lastTraining(of: stages), let training = stage.training else { return nil }
    let documents = try training.mixture.names.flatMap { name in
      try store(name, scope: stage.lossScope, includesTeacher: false).documents
    }
    return try NGramFloor(order: order, documents: documents)
  }

  /// The last training stage among the first `stages` of the recipe; nil where none of them trains.
  func lastTraining(of stages: Int) -> StageRecipe? {
    recipe.stages.prefix(stages).last { $0.training != nil }
  }
}

extension StageRecipe {
  /// What a training stage learns: text whole; of what a target wrote, only its own part.
  var lossScope: LossScope { if case .align = self { .responses } else { .everything } }
}
