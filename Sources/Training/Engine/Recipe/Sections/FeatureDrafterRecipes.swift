// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// A drafter of EAGLE-1, EAGLE-2 and HASS.
public struct EagleRecipe: RecipeSection {
  public static let documentation =
    "One decoder layer that turns the target's last state and the next token into the state after it, which the target's "
    + "own head reads (EAGLE-1, EAGLE-2, HASS)."

  public var path: String?
  public var layer = DrafterLayerRecipe()
  public var fusionBias = false

  /// A layer like the target's.
  public init() {}

  public static var fields: [RecipeField<EagleRecipe>] {
    [
      .init("path", \.path, "A published drafter to go on from, a folder; unset: a new one."),
      .init("layer", \.layer, "Sizes of the layer; unset ones are the target's."),
      .init(
        "fusion_bias", \.fusionBias,
        "Whether the fusion of token and state has a bias. Engines disagree about it; a drafter without one is served "
          + "everywhere as it was trained."),
    ]
  }
}

/// A drafter of EAGLE-3.
public struct Eagle3Recipe: RecipeSection {
  public static let documentation =
    "One decoder layer over three fused states of the target, with a head of its own (EAGLE-3)."

  public var path: String?
  public var layer = DrafterLayerRecipe()
  public var layers: [Int]?
  public var draftVocabulary: DraftVocabularyRecipe?
  public var head = HeadOrigin.random
  public var fusionDeviation = 0.02

  /// A layer like the target's, a whole head.
  public init() {}

  public static var fields: [RecipeField<Eagle3Recipe>] {
    [
      .init(
        "path", \.path,
        "A published drafter to go on from, a folder (flat or of the speculators package) or a GGUF file; unset: a new one."
      ),
      .init("layer", \.layer, "Sizes of the layer; unset ones are the target's."),
      .init(
        "layers", \.layers,
        "How many layers of the target have been applied where its three states are taken, low to high; unset: 2, "
          + "half of them, and all but three. Engines that count the layer a state comes out of write one less.",
        in: .between(0, 1000)),
      .init(
        "draft_vocabulary", \.draftVocabulary,
        "Gives the head rows for the tokens that occur most only; unset: for all."),
      .init(
        "head", \.head,
        "What the head begins as: random as in EAGLE-3's code, or the target's own rows, which need not be learnt anew then."
      ),
      .init(
        "fusion_std", \.fusionDeviation,
        "Standard deviation of the fusion's first weights. What it makes of the target's states is what the layer adds to: "
          + "states of many times the size of 1 drown that unless these are as many times smaller, and learn as many "
          + "times more slowly (rates).", in: .positive),
    ]
  }
}

/// Medusa heads.
public struct MedusaRecipe: RecipeSection {
  public static let documentation =
    "Heads beside the target's own, each of which predicts a token one further ahead from the same state (Medusa)."

  public var path: String?
  public var heads = 4
  public var layers = 1
  public var head = HeadOrigin.target

  /// Four heads of one block.
  public init() {}

  public static var fields: [RecipeField<MedusaRecipe>] {
    [
      .init("path", \.path, "Published heads to go on from, a folder; unset: new ones."),
      .init(
        "heads", \.heads, "How many: a cycle drafts no more tokens one behind another.", in: .between(1, 100)),
      .init(
        "layers", \.layers,
        "Residual blocks of a head. Of more than one Medusa's own code repeats the weights of the first.",
        in: .between(0, 10)),
      .init("head", \.head, "What the heads begin as: random, or the target's own."),
    ]
  }
}

/// What a head begins as.
public enum HeadOrigin: String, RecipeChoice {
  case random, target

  public var documentation: String {
    switch self {
    case .random: "normal with a standard deviation of 0.02"
    case .target: "the target's own rows, and in EAGLE-3 its last norm before them"
    }
  }
}

/// The sizes of a drafter's layer.
public struct DrafterLayerRecipe: RecipeSection, Equatable {
  public static let documentation = "The sizes of a drafter's layer; unset ones are the target's."

  public var heads: Int?
  public var keyValueHeads: Int?
  public var headDimension: Int?
  public var feedForward: Int?

  /// The target's.
  public init() {}

  public static var fields: [RecipeField<DrafterLayerRecipe>] {
    [
      .init("heads", \.heads, "Query heads.", in: .between(1, 10_000)),
      .init("kv_heads", \.keyValueHeads, "Key and value heads, a divisor of heads.", in: .between(1, 10_000)),
      .init("head_dim", \.headDimension, "Width of one head, even.", in: .between(2, 10_000)),
      .init("ffn", \.feedForward, "Width inside the feed-forward block.", in: .between(1, 1_000_000)),
    ]
  }
}
