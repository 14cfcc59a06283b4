// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

internal import DraftData

/// The target's hidden states over texts, kept for later stages.
public struct FeaturesStageRecipe: RecipeSection {
  public static let documentation =
    "The target reads texts once, and its hidden states are kept for later stages, which name this one in their mixture "
    + "and do not run the target's layers any more."

  /// How the numbers of the states are stored.
  public enum Storage: String, RecipeChoice {
    case float32 = "f32", float16 = "f16", bfloat16 = "bf16", int8

    public var documentation: String {
      switch self {
      case .float32: "four bytes a number, exact: training steps as with the target beside them"
      case .float16: "two bytes, eleven bits of precision, numbers up to 65504"
      case .bfloat16: "two bytes, eight bits of precision, the range of f32"
      case .int8: "one byte, 255 steps for each row, which a single large number makes coarse"
      }
    }

    var featureStorage: FeatureStorage {
      switch self {
      case .float32: .float32
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .int8: .int8
      }
    }
  }

  /// Which tokens are learnt from texts; corpora say it themselves.
  public enum Learn: String, RecipeChoice {
    case responses, everything

    public var documentation: String {
      switch self {
      case .responses: "answers, not prompts, as in align stages"
      case .everything: "all tokens, as in pretrain and continue stages"
      }
    }

    var scope: LossScope { self == .responses ? .responses : .everything }
  }

  public var name = ""
  public var sources: [String] = []
  public var layers: [Int]?
  public var storage = Storage.float16
  public var learn = Learn.responses
  public var maxTokens: Int?
  public var topKLogits = 0
  public var compression = 0
  public var batchTokens = 2048

  /// Required fields are empty.
  public init() {}

  public static var fields: [RecipeField<FeaturesStageRecipe>] {
    [
      StageRecipe.nameField(\.name),
      .init(
        "sources", \.sources,
        "Data sources, or earlier generate stages, all of whose documents are read, in this order.",
        required: true),
      .init(
        "layers", \.layers,
        "How many layers of the target have been applied where its residual stream is kept, beside the state after the "
          + "final norm; unset: where the recipe's drafter reads it. Engines that count the layer a state comes out of "
          + "write one less.",
        in: .between(0, 1000)),
      .init("storage", \.storage, "How the numbers of the states are stored."),
      .init("learn", \.learn, "Which tokens of texts are learnt; corpora say it themselves."),
      .init(
        "max_tokens", \.maxTokens,
        "Longest document; longer ones are cut into several, each read from its own beginning. Unset: as many as the "
          + "target's positions.",
        in: .between(2, 1e6), unit: "tokens"),
      .init(
        "top_k_logits", \.topKLogits,
        "The target's likeliest tokens stored for each token, for those that do not have its head; 0: none.",
        in: .between(0, 65_536)),
      .init(
        "compression", \.compression,
        "Deflate level of the states, after a byte shuffle; 0: none. States hardly get smaller, and slower to read.",
        in: .between(0, 9)),
      .init(
        "batch_tokens", \.batchTokens, "Rows that the target reads together; results do not depend on it.",
        in: .between(1, 1e6), unit: "tokens", neutral: true),
    ]
  }

  /// The states beside the final one that the stage names; nil where it leaves them to the drafter.
  var states: [FeatureState]? {
    layers.map { $0.map { .residual(layersApplied: $0) } }
  }
}

/// A feature corpus written earlier (`docs/feature-corpus.md`).
public struct FeatureCorpusRecipe: RecipeSection {
  public static let documentation =
    "A feature corpus written earlier, by a features stage or by your own script: texts with the target's hidden states, "
    + "for drafters that read them."

  public var path = ""

  /// Required fields only.
  public init() {}

  public static var fields: [RecipeField<FeatureCorpusRecipe>] {
    [.init("path", \.path, "The folder or file, see docs/feature-corpus.md.", required: true)]
  }
}
