/// What acceptance heads ask of a recipe.
extension RecipeChecks {
  /// Whether the recipe trains an acceptance head.
  private var trainsAcceptanceHead: Bool {
    if case .acceptanceHead = recipe.drafter { true } else { false }
  }

  /// - Returns: whether the stage has no objective of its own that is to be checked.
  mutating func checkAcceptance(_ stage: TrainingStageRecipe, at path: String) -> Bool {
    guard trainsAcceptanceHead else {
      if stage.acceptance != nil {
        report(
          "how an acceptance head is trained, and none is", at: "\(path).acceptance",
          remedy: "Remove it, or set drafter.kind to acceptance-head")
      }
      return false
    }
    if stage.objective != ObjectiveRecipe() {
      report(
        "an objective, which an acceptance head does not have", at: "\(path).objective",
        remedy: "Remove it; what there is to set stands under acceptance")
    }
    if stage.recompute {
      report(
        "nothing is kept that could be computed again: the drafter is frozen", at: "\(path).recompute",
        remedy: "Remove recompute")
    }
    return true
  }

  /// A rule that asks a head needs one.
  mutating func checkPredictions(_ stop: StopRecipe, at path: String) {
    guard case .rejection = stop, !trainsAcceptanceHead else { return }
    report(
      "a rule that asks an acceptance head, and the recipe trains none", at: path,
      remedy: "Set stop.kind to confidence, or drafter.kind to acceptance-head")
  }
}
