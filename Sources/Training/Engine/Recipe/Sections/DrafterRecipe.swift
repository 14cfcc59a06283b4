// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// The architecture that is trained.
public enum DrafterRecipe: RecipeUnion {
  public static let documentation = "The architecture that is trained."

  /// A small language model of the Llama family, with its own embedding and head.
  case standalone(StandaloneRecipe)

  /// A model that somebody has trained already.
  case pretrained(PretrainedRecipe)

  /// A drafter of EAGLE-1, EAGLE-2 and HASS.
  case eagle(EagleRecipe)

  /// A drafter of EAGLE-3.
  case eagle3(Eagle3Recipe)

  /// Heads beside the target's own.
  case medusa(MedusaRecipe)

  /// A head that predicts acceptance, over a published drafter.
  case acceptanceHead(AcceptanceHeadRecipe)

  public static var standardKind: String? { "standalone" }

  public static var alternatives: [RecipeAlternative<DrafterRecipe>] {
    [
      RecipeAlternative("standalone", DrafterRecipe.standalone) {
        if case .standalone(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("pretrained", DrafterRecipe.pretrained) {
        if case .pretrained(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("eagle", DrafterRecipe.eagle) { if case .eagle(let it) = $0 { it } else { nil } },
      RecipeAlternative("eagle3", DrafterRecipe.eagle3) { if case .eagle3(let it) = $0 { it } else { nil } },
      RecipeAlternative("medusa", DrafterRecipe.medusa) { if case .medusa(let it) = $0 { it } else { nil } },
      RecipeAlternative("acceptance-head", DrafterRecipe.acceptanceHead) {
        if case .acceptanceHead(let it) = $0 { it } else { nil }
      },
    ]
  }

  /// What kind of model its exports hold.
  var exportSubject: ExportSubject {
    switch self {
    case .standalone, .pretrained: .languageModel
    case .eagle: .eagle
    case .eagle3: .eagle3
    case .medusa: .medusa
    case .acceptanceHead: .acceptanceHead
    }
  }

  /// Whether it can neither be trained nor used without a target.
  public var needsTarget: Bool {
    if case .acceptanceHead = self { true } else { readsStates }
  }

  /// Whether it reads the target's hidden states.
  public var readsStates: Bool {
    switch self {
    case .standalone, .pretrained, .acceptanceHead: false
    case .eagle, .eagle3, .medusa: true
    }
  }
}

/// A small language model of the Llama family.
public struct StandaloneRecipe: RecipeSection {
  public static let documentation =
    "A small language model of the Llama family: RMSNorm, RoPE, grouped-query attention, SwiGLU."

  public var hidden = 0
  public var layers = 0
  public var heads = 0
  public var keyValueHeads: Int?
  public var headDimension: Int?
  public var feedForward = 0
  public var tieEmbeddings = true
  public var ropeTheta = 10_000.0
  public var normEpsilon = 1e-5
  public var maxPositions: Int?
  public var initialisation = InitialisationRecipe()

  /// Required fields are zero.
  public init() {}

  public static var fields: [RecipeField<StandaloneRecipe>] {
    let width = RecipeRange.between(1, 1_000_000)
    return [
      .init("hidden", \.hidden, "Width of the residual stream.", in: width, required: true),
      .init("layers", \.layers, "Transformer blocks.", in: .between(1, 1000), required: true),
      .init("heads", \.heads, "Query heads.", in: .between(1, 10_000), required: true),
      .init(
        "kv_heads", \.keyValueHeads, "Key and value heads, a divisor of heads; unset: as many as heads.",
        in: .between(1, 10_000)),
      .init(
        "head_dim", \.headDimension, "Width of one head, even; unset: hidden / heads.",
        in: .between(2, 10_000)),
      .init("ffn", \.feedForward, "Width inside the feed-forward block.", in: width, required: true),
      .init("tie_embeddings", \.tieEmbeddings, "Whether the head is the embedding transposed."),
      .init("rope_theta", \.ropeTheta, "Base of the rotary frequencies.", in: .positive),
      .init("norm_epsilon", \.normEpsilon, "Added to the mean square in RMSNorm.", in: .positive),
      .init(
        "max_positions", \.maxPositions,
        "Longest sequence; unset: the target's, else the longest of the stages.",
        in: .between(2, 10_000_000), unit: "tokens"),
      .init("init", \.initialisation, "Where the first weights come from."),
    ]
  }

  /// Key and value heads after the default.
  public var resolvedKeyValueHeads: Int { keyValueHeads ?? heads }
  /// Width of one head after the default.
  public var resolvedHeadDimension: Int { headDimension ?? (heads > 0 ? hidden / heads : 0) }
}

/// Where the first weights come from.
public struct InitialisationRecipe: RecipeSection {
  public static let documentation = "Where the first weights come from."

  /// The origin of the weights.
  public enum Origin: String, RecipeChoice {
    case random, target

    public var documentation: String {
      switch self {
      case .random: "normal with standard deviation std"
      case .target: "the target's own rows and layers; what is not taken is random"
      }
    }
  }

  public var from = Origin.random
  public var deviation = 0.02
  public var embedding = true
  public var layers: [Int]?

  /// Random.
  public init() {}

  public static var fields: [RecipeField<InitialisationRecipe>] {
    [
      .init("from", \.from, "random, or the target's own rows and layers."),
      .init("std", \.deviation, "Standard deviation of random weights.", in: .positive),
      .init(
        "embedding", \.embedding,
        "With from: target, whether embedding, final norm and head are the target's (hidden must be equal)."),
      .init(
        "layers", \.layers,
        "With from: target, the target layer that each layer starts as, counted from 0; unset: none.",
        in: .between(0, 1000)),
    ]
  }
}
