// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// A head that predicts acceptance, over a published drafter.
public struct AcceptanceHeadRecipe: RecipeSection {
  public static let documentation =
    "A head over a published drafter, which stays as it is, that predicts whether the target will accept a token, so that "
    + "chains end where it will not (SpecDec++)."

  public var path = ""
  public var layers = 3
  public var sharedBlock = true

  /// Required fields only.
  public init() {}

  public static var fields: [RecipeField<AcceptanceHeadRecipe>] {
    [
      .init(
        "path", \.path,
        "The drafter. A language model with the target's vocabulary: a Hugging Face folder, a GGUF file, an engine file, or "
          + "llama2.c files as model.bin:tokenizer.bin. Or a drafter of the EAGLE family over the target, in any format that "
          + "drafter.path takes for it.", required: true),
      .init("layers", \.layers, "Residual layers before the two outputs.", in: .between(0, 100)),
      .init(
        "shared_block", \.sharedBlock,
        "Whether all layers are one block with the same weights, as in SpecDec++'s code."),
    ]
  }
}

/// What an acceptance head learns from.
public struct AcceptanceRecipe: RecipeSection {
  public static let documentation = "How an acceptance head is trained (SpecDec++)."

  public var rejectWeight = 6.0
  public var keptShare = 0.15
  public var temperature = 1.0
  public var passes = 4

  /// The paper's numbers, and a chain of four.
  public init() {}

  public static var fields: [RecipeField<AcceptanceRecipe>] {
    [
      .init("reject_weight", \.rejectWeight, "How much more a rejected token counts.", in: .positive),
      .init(
        "kept_share", \.keptShare, "Share of the places that keep the text's token and are no example.",
        in: .between(0, 0.99)),
      .init(
        "temperature", \.temperature,
        "At which drafts are drawn and judged: that at which the drafter will be used; 0 is greedy.",
        in: .between(0, 100)),
      .init(
        "passes", \.passes,
        "How deep in a chain the head is shown drafts, of a drafter that reads hidden states and drafts from its own; a "
          + "language model reads its drafts in one pass.", in: .between(1, 64)),
    ]
  }
}
