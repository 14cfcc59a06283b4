// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// How a drafter of hidden states is run over a text in training.
public struct UnrollRecipe: RecipeSection {
  public static let documentation =
    "How a drafter that reads the target's states is run over a text: in later passes it reads what it gave out itself."

  /// Something that the published training code does beside its paper.
  public enum Quirk: String, RecipeChoice {
    case meanOverAllRows = "mean-over-all-rows"
    case unshiftedMask = "unshifted-mask"
    case multipliedMasks = "multiplied-masks"

    public var documentation: String {
      switch self {
      case .meanOverAllRows: "EAGLE-3: losses are divided by all rows of a step, not by those that count"
      case .unshiftedMask:
        "EAGLE, HASS, EAGLE-3: the loss mask stays where it was when labels move, so that a row counts by the token two before its label"
      case .multipliedMasks:
        "HASS, for eagle: attention multiplies scores by masks of 0 and 1, so that keys that a row must not see weigh as scores of 0"
      }
    }
  }

  public var passes: Int?
  public var decay: Double?
  public var states: Double?
  public var noise = 0.0
  public var noiseLength: Int?
  public var quirks: [Quirk] = []

  /// What the drafter's paper does.
  public init() {}

  public static var fields: [RecipeField<UnrollRecipe>] {
    [
      .init(
        "passes", \.passes,
        "Passes over the text. Unset: 1 for eagle (EAGLE; HASS takes 3), 7 for eagle3.", in: .between(1, 16)),
      .init(
        "decay", \.decay, "Pass s counts decay^s. Unset: 1 for eagle, 0.8 for eagle3.", in: .between(0.01, 1)),
      .init(
        "states", \.states,
        "Weight of the distance between the drafter's state and the target's next one. Unset: 1 for eagle, 0 for eagle3.",
        in: .nonNegative),
      .init(
        "noise", \.noise,
        "Width of uniform noise on the target's states, around 0: 0.2 is the paper's U(-0.1, 0.1). Step k of every stage draws "
          + "the same numbers.",
        in: .nonNegative),
      .init(
        "noise_length", \.noiseLength,
        "The length of a text at which it has that width, shorter ones having more in proportion, as in EAGLE's code with "
          + "512; unset: all have the same.", in: .between(1, 1e6), unit: "tokens"),
      .init(
        "quirks", \.quirks,
        "What the published training code does beside its paper, for comparison with what it trained. Not for medusa."
      ),
    ]
  }
}
