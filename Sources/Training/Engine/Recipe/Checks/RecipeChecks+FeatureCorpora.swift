/// What stored hidden states ask of a recipe.
extension RecipeChecks {
  mutating func checkFeatures(_ stage: FeaturesStageRecipe, corpora: [String], at path: String) {
    requireTarget("hidden states are a target's", at: path)
    if stage.sources.isEmpty {
      report("no sources", at: "\(path).sources", remedy: "Name at least one data source or generate stage")
    }
    for (place, name) in stage.sources.enumerated() {
      requireKnown(
        name, among: recipe.data.names + corpora, what: "data source or earlier generate stage",
        at: "\(path).sources[\(place)]")
      if stage.sources[..<place].contains(name) {
        report("'\(name)' stands twice", at: "\(path).sources[\(place)]")
      }
    }
    for (place, layer) in (stage.layers ?? []).enumerated()
    where stage.layers?[..<place].contains(layer) == true {
      report("\(layer) stands twice", at: "\(path).layers[\(place)]")
    }
  }

  /// A stage reads hidden states from all of its sources, or from none.
  mutating func checkStoredStates(_ stage: TrainingStageRecipe, at path: String) {
    let names = stage.mixture.names
    guard let stored = names.first(where: recipe.storesStates) else { return }
    guard recipe.drafter?.readsStates == true else {
      report(
        "'\(stored)' stores hidden states, and what is trained reads none", at: "\(path).mixture.\(stored)",
        remedy: "Name the texts themselves, a feature corpus as kind: corpus")
      return
    }
    for name in names
    where !recipe.storesStates(name) && (recipe.data[name] != nil || stageNames.contains(name)) {
      report(
        "'\(name)' stores no hidden states, and '\(stored)' does", at: "\(path).mixture.\(name)",
        remedy: "Have a stage of kind features read '\(name)', or train on texts alone")
    }
  }

  private var stageNames: [String] { recipe.stages.map(\.name) }
}
