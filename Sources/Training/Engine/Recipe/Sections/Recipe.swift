// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

/// One run, whole: what is trained, on what, in which stages.
///
/// Reading one: `ResolvedRecipe.load(path:arguments:)`. The reference of all keys is `docs/recipe-reference.md`.
public struct Recipe: RecipeSection {
  public static let documentation = "One run, whole: what is trained, on what, in which stages."

  public var name = ""
  public var seed = 0
  /// Nil: one for each core.
  public var threads: Int?
  public var checked = false
  /// Empty once resolved: every `${name}` has been replaced by what the command line gave.
  public var inputs = RecipeTable<String>()
  /// Nil when the recipe trains a target itself.
  public var target: TargetRecipe?
  public var tokenizer = TokenizerRecipe()
  /// The drafter, when there is a target.
  public var drafter: DrafterRecipe?
  /// The model, when there is no target.
  public var model: DrafterRecipe?
  public var data = RecipeTable<SourceRecipe>()
  public var prompts = RecipeTable<PromptsRecipe>()
  public var stages: [StageRecipe] = []
  public var checkpoint = CheckpointRecipe()
  public var evaluation: RunningEvaluationRecipe?
  public var logging = LoggingRecipe()

  /// Every default; a recipe for nothing.
  public init() {}

  public static var fields: [RecipeField<Recipe>] {
    [
      .init("name", \.name, "Names the run folder runs/NAME.", required: true, neutral: true),
      .init("seed", \.seed, "Every random number of the run derives from it.", in: .nonNegative),
      .init(
        "threads", \.threads,
        "Threads of the arithmetic; unset: one for each core. Results do not depend on it.",
        in: .between(1, 1024), neutral: true),
      .init(
        "checked", \.checked,
        "Whether every value and gradient is scanned, so that the first that is not finite is reported with its "
          + "operation, module and source line. Slower; results do not depend on it.", neutral: true),
      .init(
        "inputs", \.inputs,
        "Names of what the command line must give as NAME=VALUE, each with what it is; used as ${NAME}."),
      .init("target", \.target, "The model that verifies the drafts; absent where a target is trained."),
      .init("tokenizer", \.tokenizer, "Text to token ids; a drafter uses its target's."),
      .init("drafter", \.drafter, "The draft model to train, when there is a target."),
      .init("model", \.model, "The model to train, when there is no target."),
      .init("data", \.data, "Named sources of training text."),
      .init("prompts", \.prompts, "Named sets of held-out prompts for evaluation."),
      .init("stages", \.stages, "What is done, in this order.", required: true),
      .init("checkpoint", \.checkpoint, "When the run is saved and what is kept.", neutral: true),
      .init(
        "evaluation", \.evaluation, "Acceptance measured while training; unset: not measured.",
        neutral: true),
      .init("logging", \.logging, "What is written while training.", neutral: true),
    ]
  }

  /// What is trained, whichever key declared it. Validation has made sure that there is exactly one.
  public var trained: DrafterRecipe? { drafter ?? model }
}
