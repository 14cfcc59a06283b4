import ArgumentParser
import Training

/// `pacer recipe schema`
struct RecipeSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print what a recipe may hold, as JSON Schema or as a page to read.",
    discussion: """
      An editor with a YAML language server completes and checks recipes that begin with the line
      # yaml-language-server: $schema=recipe.schema.json

      EXAMPLES
        pacer recipe schema > recipe.schema.json
        pacer recipe schema --markdown > docs/recipe-reference.md
      """)

  @Flag(help: "Print the reference page in Markdown.")
  var markdown = false

  func run() throws {
    if markdown {
      Console.write(String(RecipeReference.markdown.dropLast()))
    } else {
      try Console.write(RecipeSchema.json)
    }
  }
}
