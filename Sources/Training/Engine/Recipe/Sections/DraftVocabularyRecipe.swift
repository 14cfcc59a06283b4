// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// A head for a part of the vocabulary.
public struct DraftVocabularyRecipe: RecipeSection {
  public static let documentation =
    "A head for the tokens that occur most only. Evaluate and export stages cut it from the trained drafter (VocabTrim); an "
    + "eagle3 drafter is trained with it."

  public var size = 0
  public var calibration: [String] = []

  /// Required fields are zero.
  public init() {}

  public static var fields: [RecipeField<DraftVocabularyRecipe>] {
    [
      .init(
        "size", \.size, "Tokens that are kept, less than the target has; ends of text are among them.",
        in: .between(1, 1e7), unit: "tokens", required: true),
      .init(
        "calibration", \.calibration,
        "Data sources and generate stages whose tokens in the loss are counted; empty: the mixture of the training "
          + "stage before, or of the first one for a drafter that is trained with it."),
    ]
  }
}
