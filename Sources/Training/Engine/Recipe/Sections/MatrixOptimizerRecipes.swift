// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// Adafactor (Shazeer and Stern, 2018).
public struct AdafactorRecipe: RecipeSection {
  public static let documentation =
    "Adafactor (Shazeer and Stern, 2018): second moments of matrices kept as rows and columns."

  public var learningRate = 1e-2
  public var decayExponent = 0.8
  public var clipThreshold = 1.0
  public var epsilon = 1e-3
  public var weightDecay = 0.0

  /// Every default.
  public init() {}

  public static var fields: [RecipeField<AdafactorRecipe>] {
    [
      .init("lr", \.learningRate, OptimizerRecipe.learningRateDocumentation, in: .nonNegative),
      .init(
        "decay_exponent", \.decayExponent, "The second moment decays by 1 - step^-decay_exponent.",
        in: .between(0, 1)),
      .init("clip_threshold", \.clipThreshold, "Largest root mean square of an update.", in: .positive),
      .init(
        "epsilon", \.epsilon, "Smallest scale of a parameter, to which steps are relative.", in: .positive),
      .init("weight_decay", \.weightDecay, OptimizerRecipe.decayDocumentation, in: .nonNegative),
    ]
  }
}

/// Muon (Jordan, 2024).
public struct MuonRecipe: RecipeSection {
  public static let documentation =
    "Muon (Jordan, 2024): orthogonalised momentum for matrices, AdamW for embeddings, head and norms."

  public var learningRate = 0.02
  public var momentum = 0.95
  public var nesterov = true
  public var iterations = 5
  public var weightDecay = 0.0
  public var adamW = AdamWRecipe()

  /// Every default.
  public init() {}

  public static var fields: [RecipeField<MuonRecipe>] {
    [
      .init("lr", \.learningRate, OptimizerRecipe.learningRateDocumentation, in: .nonNegative),
      .init("momentum", \.momentum, "Decay of the velocity.", in: .belowOne),
      .init("nesterov", \.nesterov, "Whether the step looks ahead along the velocity."),
      .init("iterations", \.iterations, "Newton-Schulz iterations.", in: .between(1, 100)),
      .init("weight_decay", \.weightDecay, OptimizerRecipe.decayDocumentation, in: .nonNegative),
      .init("adamw", \.adamW, "For embeddings, head and norms."),
    ]
  }
}
