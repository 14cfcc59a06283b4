import ArgumentParser
import Training

/// `pacer recipe show`
struct RecipeShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print every value of a recipe, and where it comes from.",
    discussion: """
      Behind each value stands its origin: default, a line of the file, an input or the command line. The
      output is a recipe again.

      EXAMPLES
        pacer recipe show recipes/fastdraft/quickstart.yaml
        pacer recipe show recipes/fastdraft/quickstart.yaml stages.align.steps=500 > mine.yaml
        pacer recipe show recipes/fastdraft/quickstart.yaml --json
      """)

  @OptionGroup var arguments: RecipeArguments

  @Flag(help: "Print one JSON object instead of YAML.")
  var json = false

  func run() throws {
    let resolved = try ResolvedRecipe.load(path: arguments.recipe, arguments: arguments.changes)
    if json {
      try Console.write(resolved.recipe.json)
    } else {
      Console.write(String(resolved.annotatedYAML.dropLast()))
    }
  }
}
