// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// When the run is saved and what is kept.
public struct CheckpointRecipe: RecipeSection {
  public static let documentation = "When the run is saved and what is kept; the end of a stage always saves."

  public var everySteps = 200
  public var keepLast = 2
  public var keepBest = 1

  /// Every default.
  public init() {}

  public static var fields: [RecipeField<CheckpointRecipe>] {
    [
      .init(
        "every_steps", \.everySteps, "Steps between two saves.", in: .between(1, 1e9), unit: "steps",
        neutral: true),
      .init("keep_last", \.keepLast, "Newest checkpoints kept.", in: .between(1, 1000), neutral: true),
      .init(
        "keep_best", \.keepBest, "Checkpoints kept for their acceptance length.", in: .between(0, 1000),
        neutral: true),
    ]
  }
}

/// Acceptance measured while training.
public struct RunningEvaluationRecipe: RecipeSection, DraftShapeRecipe {
  public static let documentation = "A short draft-and-verify on a few held-out prompts while training."

  public var everySteps = 200
  public var prompts: [String] = []
  public var count = 8
  public var promptTokens = 24
  public var newTokens = 64
  public var draftLength = 4
  public var stop: StopRecipe?
  public var tree: TreeRecipe?

  /// Every default.
  public init() {}

  public static var fields: [RecipeField<RunningEvaluationRecipe>] {
    [
      .init(
        "every_steps", \.everySteps, "Steps between two measurements.", in: .between(1, 1e9), unit: "steps"),
      .init("prompts", \.prompts, "Names of prompt sets; empty: all."),
      .init("count", \.count, "Prompts of each set.", in: .between(1, 1e6), unit: "prompts"),
      .init(
        "prompt_tokens", \.promptTokens, "First tokens of a prompt.", in: .between(1, 1e6), unit: "tokens"),
      .init("new_tokens", \.newTokens, "Tokens written after each.", in: .between(1, 1e6), unit: "tokens"),
      .init("draft_length", \.draftLength, "Tokens drafted in a cycle.", in: .between(1, 64), unit: "tokens"),
      .init("stop", \.stop, "Ends a chain of up to draft_length tokens early; unset: never."),
      .init("tree", \.tree, "Drafts a tree in place of a chain of draft_length tokens; unset: a chain."),
    ]
  }
}

/// What is written while training.
public struct LoggingRecipe: RecipeSection {
  public static let documentation = "What is written while training."

  public var everySteps = 10
  public var tensorBoard = true

  /// Every default.
  public init() {}

  public static var fields: [RecipeField<LoggingRecipe>] {
    [
      .init(
        "every_steps", \.everySteps, "Steps between two lines of metrics.jsonl.", in: .between(1, 1e9),
        unit: "steps", neutral: true),
      .init("tensorboard", \.tensorBoard, "Whether TensorBoard event files are written.", neutral: true),
    ]
  }
}
