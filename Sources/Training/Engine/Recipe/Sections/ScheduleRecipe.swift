// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// The learning rate over the steps of a stage.
public enum ScheduleRecipe: RecipeUnion {
  public static let documentation = "The learning rate over the steps of a stage."

  case constant(ConstantScheduleRecipe)
  case linear(DecayScheduleRecipe)
  case cosine(DecayScheduleRecipe)
  /// Warm-up, stable, decay.
  case wsd(WSDScheduleRecipe)

  public static var alternatives: [RecipeAlternative<ScheduleRecipe>] {
    [
      RecipeAlternative("constant", ScheduleRecipe.constant) {
        if case .constant(let it) = $0 { it } else { nil }
      },
      RecipeAlternative("linear", ScheduleRecipe.linear) { if case .linear(let it) = $0 { it } else { nil } },
      RecipeAlternative("cosine", ScheduleRecipe.cosine) { if case .cosine(let it) = $0 { it } else { nil } },
      RecipeAlternative("wsd", ScheduleRecipe.wsd) { if case .wsd(let it) = $0 { it } else { nil } },
    ]
  }

  public static var standardKind: String? { "cosine" }

  /// Steps over which the rate rises from zero.
  public var warmupSteps: Int {
    switch self {
    case .constant(let it): it.warmupSteps
    case .linear(let it), .cosine(let it): it.warmupSteps
    case .wsd(let it): it.warmupSteps
    }
  }

  static let warmupDocumentation = "Steps over which the rate rises from zero."
  static let ratioDocumentation = "Rate at the end, as a share of the peak."
}

/// Warm-up, then the peak.
public struct ConstantScheduleRecipe: RecipeSection {
  public static let documentation = "Warm-up, then the peak for all steps."

  public var warmupSteps = 0

  /// No warm-up.
  public init() {}

  public static var fields: [RecipeField<ConstantScheduleRecipe>] {
    [
      .init(
        "warmup_steps", \.warmupSteps, ScheduleRecipe.warmupDocumentation, in: .nonNegative, unit: "steps")
    ]
  }
}

/// Warm-up, then down until the last step.
public struct DecayScheduleRecipe: RecipeSection {
  public static let documentation = "Warm-up, then down until the last step."

  public var warmupSteps = 0
  public var minimumRatio = 0.1

  /// No warm-up, down to a tenth.
  public init() {}

  public static var fields: [RecipeField<DecayScheduleRecipe>] {
    [
      .init(
        "warmup_steps", \.warmupSteps, ScheduleRecipe.warmupDocumentation, in: .nonNegative, unit: "steps"),
      .init("min_ratio", \.minimumRatio, ScheduleRecipe.ratioDocumentation, in: .unit),
    ]
  }
}

/// Warm-up, stable, linear decay.
public struct WSDScheduleRecipe: RecipeSection {
  public static let documentation = "Warm-up, the peak, then linearly down over the last steps."

  public var warmupSteps = 0
  public var decaySteps: Int?
  public var decayFraction = 0.2
  public var minimumRatio = 0.0

  /// No warm-up; the last fifth goes down to zero.
  public init() {}

  public static var fields: [RecipeField<WSDScheduleRecipe>] {
    [
      .init(
        "warmup_steps", \.warmupSteps, ScheduleRecipe.warmupDocumentation, in: .nonNegative, unit: "steps"),
      .init(
        "decay_steps", \.decaySteps, "Steps of the way down; unset: decay_fraction of the stage.",
        in: .nonNegative, unit: "steps"),
      .init("decay_fraction", \.decayFraction, "Share of the stage spent on the way down.", in: .unit),
      .init("min_ratio", \.minimumRatio, ScheduleRecipe.ratioDocumentation, in: .unit),
    ]
  }

  /// Steps of the way down in a stage of `steps`.
  public func resolvedDecaySteps(of steps: Int) -> Int {
    decaySteps ?? Int((Double(steps) * decayFraction).rounded())
  }
}
