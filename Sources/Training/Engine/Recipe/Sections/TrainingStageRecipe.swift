// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// A stage that trains: `pretrain`, `continue` or `align`.
public struct TrainingStageRecipe: RecipeSection {
  public static let documentation = "Trains for a number of steps on a mixture of sources."

  public var name = ""
  public var steps = 0
  public var sequenceLength = 256
  public var batchSize = 32
  public var accumulation = 1
  public var mixture = RecipeTable<Double>()
  public var optimizer = OptimizerRecipe.adamW(AdamWRecipe())
  public var schedule = ScheduleRecipe.cosine(DecayScheduleRecipe())
  public var clip = ClipRecipe()
  public var ema: EMARecipe?
  public var objective = ObjectiveRecipe()
  public var unroll: UnrollRecipe?
  public var acceptance: AcceptanceRecipe?
  public var freeze: [String] = []
  public var rates: [ParameterRateRecipe] = []
  public var recompute = false

  /// Required fields are empty.
  public init() {}

  public static var fields: [RecipeField<TrainingStageRecipe>] {
    [
      StageRecipe.nameField(\.name),
      .init("steps", \.steps, "Optimizer steps.", in: .between(1, 1e9), unit: "steps", required: true),
      .init(
        "sequence_length", \.sequenceLength, "Length of one packed row.", in: .between(2, 1e6), unit: "tokens"
      ),
      .init("batch_size", \.batchSize, "Rows of one micro-batch.", in: .between(1, 1e6), unit: "rows"),
      .init("accumulation", \.accumulation, "Micro-batches of one step.", in: .between(1, 1e6)),
      .init(
        "mixture", \.mixture, "Sources by name, or earlier generate stages, with their share of the tokens.",
        in: .positive, required: true),
      .init("optimizer", \.optimizer, "How gradients become steps."),
      .init("schedule", \.schedule, "The learning rate over the steps of this stage."),
      .init("clip", \.clip, "Limits on the gradient."),
      .init("ema", \.ema, "Averaged weights, used for evaluation and export; unset: none."),
      .init("objective", \.objective, "What is minimised."),
      .init(
        "unroll", \.unroll,
        "How a drafter that reads the target's states is run over the text; unset: as its paper does."),
      .init(
        "acceptance", \.acceptance,
        "How an acceptance head is trained, in the place of objective; unset: as SpecDec++ does."),
      .init("freeze", \.freeze, "Parameters left alone: names, or beginnings of names that end in a dot."),
      .init(
        "rates", \.rates, "Parameters that learn at a share of the learning rate; the others do at all of it."
      ),
      .init(
        "recompute", \.recompute,
        "Whether the values inside each layer are computed again on the way back instead of kept: far less memory for up to a third more time. Results stay the same bits.",
        neutral: true),
    ]
  }

  /// Tokens that one optimizer step sees; the ranges of its factors keep the product from overflowing.
  public var tokensPerStep: Int { sequenceLength * batchSize * accumulation }
}

/// Parameters that learn at a share of the learning rate.
public struct ParameterRateRecipe: RecipeSection, Equatable {
  public static let documentation = "Parameters that learn at a share of the learning rate."

  public var name = ""
  public var share = 1.0

  /// Required fields are empty.
  public init() {}

  public static var fields: [RecipeField<ParameterRateRecipe>] {
    [
      .init(
        "name", \.name,
        "A parameter, or the beginning of names that ends in a dot; where several fit, the longest counts.",
        required: true),
      .init("share", \.share, "What the learning rate is multiplied by.", in: .positive),
    ]
  }
}

/// Limits on the gradient.
public struct ClipRecipe: RecipeSection {
  public static let documentation = "Limits on the gradient."

  public var norm: Double? = 1
  public var value: Double?

  /// A global norm of one.
  public init() {}

  public static var fields: [RecipeField<ClipRecipe>] {
    [
      .init("norm", \.norm, "Largest global norm; null: no limit.", in: .positive),
      .init("value", \.value, "Largest absolute value of one element; unset: no limit.", in: .positive),
    ]
  }
}

/// An exponential moving average of the weights.
public struct EMARecipe: RecipeSection {
  public static let documentation = "An exponential moving average of the weights."

  public var decay = 0.999

  /// A decay of 0.999.
  public init() {}

  public static var fields: [RecipeField<EMARecipe>] {
    [.init("decay", \.decay, "Share of the old average at each step.", in: .belowOne)]
  }
}
