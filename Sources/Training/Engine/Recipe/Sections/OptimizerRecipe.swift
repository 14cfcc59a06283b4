// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// How gradients become steps.
public enum OptimizerRecipe: RecipeUnion {
  public static let documentation = "How gradients become steps."

  case sgd(SGDRecipe)
  case adamW(AdamWRecipe)
  case lion(LionRecipe)
  case adafactor(AdafactorRecipe)
  case muon(MuonRecipe)

  public static var alternatives: [RecipeAlternative<OptimizerRecipe>] {
    [
      RecipeAlternative("adamw", OptimizerRecipe.adamW) { if case .adamW(let it) = $0 { it } else { nil } },
      RecipeAlternative("sgd", OptimizerRecipe.sgd) { if case .sgd(let it) = $0 { it } else { nil } },
      RecipeAlternative("lion", OptimizerRecipe.lion) { if case .lion(let it) = $0 { it } else { nil } },
      RecipeAlternative("adafactor", OptimizerRecipe.adafactor) {
        if case .adafactor(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("muon", OptimizerRecipe.muon) { if case .muon(let it) = $0 { it } else { nil } },
    ]
  }

  public static var standardKind: String? { "adamw" }

  /// The peak learning rate, before the schedule.
  public var learningRate: Double {
    switch self {
    case .sgd(let it): it.learningRate
    case .adamW(let it): it.learningRate
    case .lion(let it): it.learningRate
    case .adafactor(let it): it.learningRate
    case .muon(let it): it.learningRate
    }
  }

  static let learningRateDocumentation = "Learning rate at the peak of the schedule."
  static let decayDocumentation = "Decoupled weight decay of matrices; norms are never decayed."
}

/// Stochastic gradient descent.
public struct SGDRecipe: RecipeSection {
  public static let documentation = "Stochastic gradient descent with momentum."

  public var learningRate = 0.1
  public var momentum = 0.9
  public var nesterov = false
  public var weightDecay = 0.0

  /// Every default.
  public init() {}

  public static var fields: [RecipeField<SGDRecipe>] {
    [
      .init("lr", \.learningRate, OptimizerRecipe.learningRateDocumentation, in: .nonNegative),
      .init("momentum", \.momentum, "Decay of the velocity.", in: .belowOne),
      .init("nesterov", \.nesterov, "Whether the step looks ahead along the velocity."),
      .init("weight_decay", \.weightDecay, OptimizerRecipe.decayDocumentation, in: .nonNegative),
    ]
  }
}

/// AdamW (Loshchilov and Hutter, 2019).
public struct AdamWRecipe: RecipeSection {
  public static let documentation = "AdamW (Loshchilov and Hutter, 2019)."

  public var learningRate = 3e-3
  /// Decay of the first and of the second moment.
  public var betas = [0.9, 0.95]
  public var epsilon = 1e-8
  public var weightDecay = 0.01

  /// Every default.
  public init() {}

  public static var fields: [RecipeField<AdamWRecipe>] {
    [
      .init("lr", \.learningRate, OptimizerRecipe.learningRateDocumentation, in: .nonNegative),
      .init("betas", \.betas, "Decay of the first and of the second moment.", in: .belowOne),
      .init("epsilon", \.epsilon, "Added to the root of the second moment.", in: .positive),
      .init("weight_decay", \.weightDecay, OptimizerRecipe.decayDocumentation, in: .nonNegative),
    ]
  }
}

/// Lion (Chen and others, 2023).
public struct LionRecipe: RecipeSection {
  public static let documentation = "Lion (Chen and others, 2023): the sign of an interpolated momentum."

  public var learningRate = 3e-4
  /// Interpolation of the step, and decay of the momentum.
  public var betas = [0.9, 0.99]
  public var weightDecay = 0.1

  /// Every default.
  public init() {}

  public static var fields: [RecipeField<LionRecipe>] {
    [
      .init("lr", \.learningRate, OptimizerRecipe.learningRateDocumentation, in: .nonNegative),
      .init("betas", \.betas, "Interpolation of the step, and decay of the momentum.", in: .belowOne),
      .init("weight_decay", \.weightDecay, OptimizerRecipe.decayDocumentation, in: .nonNegative),
    ]
  }
}
