// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// A head for a part of the vocabulary, cut from the trained drafter.
public struct DraftVocabularyRecipe: RecipeSection {
  public static let documentation =
    "Cuts the drafter's head down to the tokens that occur most (VocabTrim); nothing is trained anew."

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
          + "stage before."),
    ]
  }
}
