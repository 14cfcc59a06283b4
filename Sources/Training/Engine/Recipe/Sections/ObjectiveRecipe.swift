// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// What is minimised: a weighted sum of losses for each token.
public struct ObjectiveRecipe: RecipeSection, Equatable {
  public static let documentation =
    "What is minimised: a weighted sum of losses per token; p is the target, q the drafter."

  /// Where the target's probabilities come from.
  public enum Teacher: String, RecipeChoice {
    case none, online, stored

    public var documentation: String {
      switch self {
      case .none: "no target probabilities: cross-entropy alone"
      case .online: "the target runs beside the training"
      case .stored: "the top-k logits that a generate stage or corpus stored"
      }
    }
  }

  /// What becomes of the probability outside the stored top-k.
  public enum Tail: String, RecipeChoice {
    case bucket, renormalise

    public var documentation: String {
      switch self {
      case .bucket: "one bucket holds the rest, on both sides"
      case .renormalise: "the stored tokens are scaled to sum to one"
      }
    }
  }

  public var crossEntropy = 1.0
  public var forwardKL = 0.0
  public var reverseKL = 0.0
  public var jsd = 0.0
  public var jsdBeta = 0.5
  public var totalVariation = 0.0
  public var lkAlpha = 0.0
  public var lkHybrid = 0.0
  public var lkEta = 3.0
  public var topK = 0.0
  public var topKCount = 10
  public var teacher = Teacher.none
  public var temperature = 1.0
  public var tail = Tail.bucket

  /// Cross-entropy alone.
  public init() {}

  public static var fields: [RecipeField<ObjectiveRecipe>] {
    let weight = RecipeRange.nonNegative
    return [
      .init("ce", \.crossEntropy, "Weight of cross-entropy with the next token.", in: weight),
      .init("forward_kl", \.forwardKL, "Weight of KL(p‖q).", in: weight),
      .init("reverse_kl", \.reverseKL, "Weight of KL(q‖p).", in: weight),
      .init("jsd", \.jsd, "Weight of the Jensen-Shannon divergence.", in: weight),
      .init(
        "jsd_beta", \.jsdBeta, "Share of p in the mixture of the Jensen-Shannon divergence.",
        in: .between(0.01, 0.99)),
      .init(
        "tvd", \.totalVariation, "Weight of the total variation distance, one minus the acceptance.",
        in: weight),
      .init("lk_alpha", \.lkAlpha, "Weight of the negative log of the acceptance.", in: weight),
      .init(
        "lk_hybrid", \.lkHybrid, "Weight of KL early and acceptance late, mixed by exp(-lk_eta·acceptance).",
        in: weight),
      .init("lk_eta", \.lkEta, "How fast lk_hybrid leaves KL.", in: .nonNegative),
      .init(
        "top_k", \.topK, "Weight of cross-entropy with the target's top_k_count likeliest tokens (HASS).",
        in: weight),
      .init("top_k_count", \.topKCount, "How many tokens top_k counts.", in: .between(1, 256)),
      .init("teacher", \.teacher, "Where the target's probabilities come from."),
      .init("temperature", \.temperature, "Of the target's probabilities.", in: .positive),
      .init("tail", \.tail, "What becomes of the probability outside stored top-k logits."),
    ]
  }

  /// Whether any term compares with the target's probabilities.
  public var needsTeacher: Bool {
    forwardKL + reverseKL + jsd + totalVariation + lkAlpha + lkHybrid + topK > 0
  }
}
