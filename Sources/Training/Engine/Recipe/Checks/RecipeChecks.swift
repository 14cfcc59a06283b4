/// The rules that span several keys of a recipe; each finds what would otherwise fail, or be ignored, in mid-run.
struct RecipeChecks {
  let recipe: Recipe
  let source: RecipeNode
  var decoding: RecipeDecoding

  mutating func report(_ found: String, at path: String, expected: String? = nil, remedy: String? = nil) {
    decoding.report(found, expected: expected, at: source.place(at: path), path: path, remedy: remedy)
  }

  /// Reports a name that is in no list of known ones.
  mutating func requireKnown(_ name: String, among known: [String], what: String, at path: String) {
    guard !known.contains(name) else { return }
    report(
      "there is no \(what) '\(name.shortened)'", at: path, remedy: Suggestion.remedy(for: name, among: known))
  }
}

extension Recipe {
  /// Reports everything in which the parts of the recipe contradict each other.
  func checkTogether(source: RecipeNode, _ decoding: inout RecipeDecoding) {
    var checks = RecipeChecks(recipe: self, source: source, decoding: decoding)
    checks.checkName()
    checks.checkModels()
    checks.checkTokenizer()
    checks.checkData()
    checks.checkPrompts()
    checks.checkStages()
    checks.checkTrainedVocabulary()
    checks.checkPublishedDrafter()
    decoding = checks.decoding
  }
}

extension RecipeChecks {
  mutating func checkName() {
    guard !RecipeName.isValid(recipe.name) else { return }
    report("'\(recipe.name.shortened)' is no name", at: "name", expected: RecipeName.rule)
  }

  mutating func checkTokenizer() {
    let tokenizer = recipe.tokenizer
    switch (tokenizer.from, tokenizer.train) {
    case (nil, nil):
      report("neither from nor train", at: "tokenizer", remedy: "Say from where the tokenizer comes")
    case (.some, .some):
      report("both from and train", at: "tokenizer.train", remedy: "Keep one of them")
    case ("target", nil) where recipe.target == nil:
      report(
        "the tokenizer is the target's, and there is no target", at: "tokenizer",
        remedy: "Give tokenizer.train, or a path under tokenizer.from")
    default: break
    }
    guard let train = tokenizer.train else { return }
    if recipe.target != nil {
      report(
        "a drafter speaks its target's tokens", at: "tokenizer.train", remedy: "Remove tokenizer.train")
    }
    for (index, name) in train.sources.enumerated() {
      requireKnown(
        name, among: recipe.data.names, what: "data source", at: "tokenizer.train.sources[\(index)]")
    }
  }

  mutating func checkPrompts() {
    for entry in recipe.prompts.entries {
      guard case .holdout(let prompts) = entry.value else { continue }
      let path = "prompts.\(entry.name).source"
      requireKnown(prompts.source, among: recipe.data.names, what: "data source", at: path)
      if let source = recipe.data[prompts.source], source.holdout == 0 {
        report(
          "'\(prompts.source)' keeps nothing from training", at: path,
          remedy: "Set data.\(prompts.source).holdout, to 0.02 say")
      }
    }
    guard let evaluation = recipe.evaluation else { return }
    if recipe.target == nil {
      report("acceptance needs a target to verify", at: "evaluation", remedy: "Remove evaluation")
    }
    checkPromptNames(evaluation.prompts, at: "evaluation")
    checkShape(of: evaluation, temperature: 0, at: "evaluation")
  }

  mutating func checkPromptNames(_ names: [String], at path: String) {
    if recipe.prompts.isEmpty {
      report("there are no prompts", at: path, remedy: "Declare some under prompts")
    }
    for (index, name) in names.enumerated() {
      requireKnown(name, among: recipe.prompts.names, what: "set of prompts", at: "\(path).prompts[\(index)]")
    }
  }
}
