import ArgumentParser

/// `pacer recipe …`
struct RecipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipe",
    abstract: "List, start, check and explain recipes.",
    discussion: """
      EXAMPLES
        pacer recipe list
        pacer recipe new my.yaml --target path/to/model --text stories.jsonl
        pacer recipe check my.yaml
        pacer recipe show my.yaml stages.align.steps=500
        pacer recipe schema > recipe.schema.json
      """,
    subcommands: [
      RecipeListCommand.self, RecipeNewCommand.self, RecipeCheckCommand.self, RecipeShowCommand.self,
      RecipeSchemaCommand.self,
    ])
}

/// A recipe and what the command line changes in it.
struct RecipeArguments: ParsableArguments {
  @Argument(help: "The recipe, YAML or JSON.")
  var recipe: String

  @Argument(
    help: ArgumentHelp(
      "Inputs as NAME=VALUE and overrides as section.key=value; later ones win.", valueName: "key=value"))
  var changes: [String] = []
}
