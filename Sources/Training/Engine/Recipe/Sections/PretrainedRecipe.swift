// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// A model that somebody has trained already, and that goes on learning.
public struct PretrainedRecipe: RecipeSection {
  public static let documentation =
    "A published model that goes on learning: architecture and first weights are those of its files."

  public var path = ""

  /// Required fields only.
  public init() {}

  public static var fields: [RecipeField<PretrainedRecipe>] {
    [
      .init(
        "path", \.path,
        "A Hugging Face folder, a GGUF file, an engine file, or llama2.c files as model.bin:tokenizer.bin; its "
          + "vocabulary is the target's.", required: true)
    ]
  }
}
