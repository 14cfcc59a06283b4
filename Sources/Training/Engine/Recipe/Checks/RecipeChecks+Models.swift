extension RecipeChecks {
  mutating func checkModels() {
    switch (recipe.target, recipe.drafter, recipe.model) {
    case (.some, .some, nil), (nil, nil, .some): break
    case (_, .some, .some):
      report("both drafter and model", at: "model", remedy: "A recipe trains one of them")
    case (.some, nil, .some):
      report("a model beside a target", at: "model", remedy: "What drafts for a target is called drafter")
    case (nil, .some, nil):
      report(
        "a drafter without a target", at: "drafter",
        remedy: "Give target.path, or call it model to train a target from scratch")
    case (_, nil, nil):
      report("nothing to train", at: "", remedy: "Give target and drafter, or model alone")
    }
    if let model = recipe.model, model.needsTarget {
      report(
        "a model that is nothing without a target", at: "model.kind", expected: "standalone or pretrained",
        remedy: "Call it drafter, and give target.path")
    }
    if case .standalone(let drafter)? = recipe.drafter { check(drafter, at: "drafter") }
    if case .standalone(let model)? = recipe.model { check(model, at: "model") }
  }

  private mutating func check(_ model: StandaloneRecipe, at path: String) {
    if model.headDimension == nil, !model.hidden.isMultiple(of: model.heads) {
      report(
        "\(model.heads) heads do not divide hidden \(model.hidden)", at: "\(path).heads",
        remedy: "Choose a divisor, or give head_dim")
    } else if !model.resolvedHeadDimension.isMultiple(of: 2) || model.resolvedHeadDimension == 0 {
      report(
        "heads of width \(model.resolvedHeadDimension)",
        at: model.headDimension == nil ? "\(path).heads" : "\(path).head_dim",
        expected: "an even width", remedy: "RoPE turns pairs of elements")
    }
    if !model.heads.isMultiple(of: model.resolvedKeyValueHeads) {
      report(
        "\(model.resolvedKeyValueHeads) key-value heads do not divide \(model.heads) heads",
        at: "\(path).kv_heads")
    }
    checkInitialisation(of: model, at: path)
    checkPositions(of: model, at: path)
  }

  private mutating func checkInitialisation(of model: StandaloneRecipe, at path: String) {
    let start = model.initialisation
    guard start.from == .target else {
      if start.layers != nil {
        report(
          "layers have no use with from: random", at: "\(path).init.layers",
          remedy: "Set init.from to target, or remove init.layers")
      }
      return
    }
    if recipe.target == nil {
      report("there is no target to start from", at: "\(path).init.from", remedy: "Use from: random")
    }
    if let layers = start.layers, layers.count != model.layers {
      report(
        "\(layers.count) target layers for \(model.layers) layers", at: "\(path).init.layers",
        remedy: "Name one target layer for each layer")
    }
    if start.layers == nil, !start.embedding {
      report(
        "from: target takes nothing from the target", at: "\(path).init",
        remedy: "Give init.layers, leave embedding on, or use from: random")
    }
  }

  private mutating func checkPositions(of model: StandaloneRecipe, at path: String) {
    guard let positions = model.maxPositions else { return }
    for (index, stage) in recipe.stages.enumerated() {
      guard let training = stage.training, training.sequenceLength > positions else { continue }
      report(
        "rows of \(training.sequenceLength) tokens for a model of \(positions) positions",
        at: "stages[\(index)].sequence_length", remedy: "Shorten it, or raise \(path).max_positions")
    }
  }
}
