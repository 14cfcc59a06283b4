import Training

/// A recipe in one line.
enum RecipeOutline {
  /// `3 stages: pretrain (300 steps) → corpus → align (500 steps)`.
  static func text(_ recipe: Recipe) -> String {
    let stages = recipe.stages.map { stage in
      stage.training.map { "\(stage.name) (\($0.steps) steps)" } ?? stage.name
    }
    return "\(stages.count) stage\(stages.count == 1 ? "" : "s"): \(stages.joined(separator: " → "))"
  }
}
