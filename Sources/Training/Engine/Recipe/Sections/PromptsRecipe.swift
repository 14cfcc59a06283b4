// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// One named set of held-out prompts.
public enum PromptsRecipe: RecipeUnion {
  public static let documentation = "One named set of held-out prompts."

  /// A file of prompts.
  case file(PromptFileRecipe)
  /// The documents that a data source keeps from training.
  case holdout(HoldoutPromptsRecipe)

  public static var alternatives: [RecipeAlternative<PromptsRecipe>] {
    [
      RecipeAlternative("file", PromptsRecipe.file) { if case .file(let it) = $0 { it } else { nil } },
      RecipeAlternative("holdout", PromptsRecipe.holdout) {
        if case .holdout(let it) = $0 { it } else { nil }
      },
    ]
  }
}

/// Prompts from a file.
public struct PromptFileRecipe: RecipeSection {
  public static let documentation = "Prompts from a file of JSON lines."

  public var path = ""
  public var field: String?
  public var domain: String?

  /// Required fields only.
  public init() {}

  public static var fields: [RecipeField<PromptFileRecipe>] {
    [
      .init(
        "path", \.path, "JSON lines with prompt and, if need be, domain.", required: true
      ),
      .init("field", \.field, "Key of the prompt; unset: prompt."),
      .init("domain", \.domain, "Domain of prompts that name none; unset: the name of the set."),
    ]
  }
}

/// Beginnings of the documents that a data source keeps from training.
public struct HoldoutPromptsRecipe: RecipeSection {
  public static let documentation = "Beginnings of the documents that a data source keeps from training."

  public var source = ""
  public var domain: String?

  /// Required fields only.
  public init() {}

  public static var fields: [RecipeField<HoldoutPromptsRecipe>] {
    [
      .init("source", \.source, "Name of a data source with a holdout.", required: true),
      .init("domain", \.domain, "Under which name results are reported; unset: the name of the set."),
    ]
  }
}
