extension RecipeChecks {
  /// An objective and what it needs of the target must fit before a step is taken.
  mutating func checkObjective(
    _ stage: TrainingStageRecipe, corpora: [(name: String, topK: Int)], at path: String
  ) {
    let objective = stage.objective
    if objective.crossEntropy == 0, !objective.needsTeacher {
      report("every weight is 0", at: "\(path).objective", remedy: "Give at least one loss a weight")
    }
    switch objective.teacher {
    case .none where objective.needsTeacher:
      report(
        "losses that compare with the target, and teacher: none", at: "\(path).objective",
        remedy: "Set objective.teacher to online or stored")
    case .online where !objective.needsTeacher, .stored where !objective.needsTeacher:
      report(
        "a teacher that no loss asks", at: "\(path).objective.teacher",
        remedy: "Give forward_kl, reverse_kl, jsd, tvd, lk_alpha, lk_hybrid or top_k a weight")
    case .online where recipe.target == nil:
      report("teacher: online needs a target", at: "\(path).objective.teacher", remedy: "Give target.path")
    case .stored:
      checkStoredTeacher(stage, corpora: corpora, at: path)
    case .none, .online: break
    }
    if objective.teacher != .stored, objective.tail != .bucket {
      report(
        "tail speaks of stored logits", at: "\(path).objective.tail",
        remedy: "Remove it, or set objective.teacher to stored")
    }
  }

  private mutating func checkStoredTeacher(
    _ stage: TrainingStageRecipe, corpora: [(name: String, topK: Int)], at path: String
  ) {
    for name in stage.mixture.names {
      let place = "\(path).mixture.\(name)"
      if let corpus = corpora.first(where: { $0.name == name }) {
        guard corpus.topK == 0 else { continue }
        report(
          "'\(name)' stores no logits, and teacher is stored", at: place,
          remedy: "Set top_k_logits of stage '\(name)', to 32 say")
      } else if let source = recipe.data[name] {
        if case .corpus = source { continue }
        if case .features = source { continue }
        report(
          "'\(name)' is text without target logits, and teacher is stored", at: place,
          remedy: "Use generate stages or corpora, or set objective.teacher to online")
      }
    }
  }
}
