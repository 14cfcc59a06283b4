// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// One thing that a run does.
public enum StageRecipe: RecipeUnion {
  public static let documentation = "One thing that a run does; its kind says what."

  /// Next-token training on text.
  case pretrain(TrainingStageRecipe)
  /// More of it on another mixture.
  case `continue`(TrainingStageRecipe)
  /// The target writes a corpus.
  case generate(GenerateStageRecipe)
  /// The target's hidden states over texts.
  case features(FeaturesStageRecipe)
  /// Training on what the target wrote.
  case align(TrainingStageRecipe)
  /// Draft-and-verify with the target.
  case evaluate(EvaluateStageRecipe)
  /// Files for an inference engine.
  case export(ExportStageRecipe)

  public static var alternatives: [RecipeAlternative<StageRecipe>] {
    [
      RecipeAlternative("pretrain", StageRecipe.pretrain) {
        if case .pretrain(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("continue", StageRecipe.continue) {
        if case .continue(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("generate", StageRecipe.generate) {
        if case .generate(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("features", StageRecipe.features) {
        if case .features(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("align", StageRecipe.align) { if case .align(let it) = $0 { it } else { nil } },
      RecipeAlternative("evaluate", StageRecipe.evaluate) {
        if case .evaluate(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("export", StageRecipe.export) { if case .export(let it) = $0 { it } else { nil } },
    ]
  }

  /// The name that overrides, logs and mixtures use.
  public var name: String {
    switch self {
    case .pretrain(let it), .continue(let it), .align(let it): it.name
    case .generate(let it): it.name
    case .features(let it): it.name
    case .evaluate(let it): it.name
    case .export(let it): it.name
    }
  }

  /// The settings of a stage that trains; nil for the others.
  public var training: TrainingStageRecipe? {
    switch self {
    case .pretrain(let it), .continue(let it), .align(let it): it
    case .generate, .features, .evaluate, .export: nil
    }
  }

  /// Whether the stage leaves a corpus that later ones may read by its name.
  public var writesCorpus: Bool {
    switch self {
    case .generate, .features: true
    case .pretrain, .continue, .align, .evaluate, .export: false
    }
  }

  static func nameField<Section: RecipeSection>(
    _ property: WritableKeyPath<Section, String>
  ) -> RecipeField<Section> {
    .init("name", property, "Names the stage for overrides, logs and mixtures.", required: true)
  }
}
