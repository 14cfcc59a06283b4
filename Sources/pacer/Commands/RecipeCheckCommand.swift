import ArgumentParser
import DraftData
import FileSystem
import Training

/// `pacer recipe check`
struct RecipeCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Find everything that is wrong with a recipe, all at once.",
    discussion: """
      EXAMPLES
        pacer recipe check recipes/fastdraft/quickstart.yaml
        pacer recipe check recipes/fastdraft/stories260k.yaml target=m.bin:t.bin text=stories.jsonl
        pacer recipe check my.yaml --json
      """)

  @OptionGroup var arguments: RecipeArguments

  @Flag(help: "Print one JSON object: ok, and errors with file, line, column, key and message.")
  var json = false

  func run() throws {
    do {
      let resolved = try ResolvedRecipe.load(path: arguments.recipe, arguments: arguments.changes)
      if json {
        try Console.write(["ok": true, "errors": []])
      } else {
        Console.write("\(arguments.recipe): no errors. \(RecipeOutline.text(resolved.recipe))")
      }
    } catch {
      guard json, let errors = Self.inputErrors(error) else { throw error }
      try Console.write(["ok": false, "errors": .array(errors.map(Failure.json))])
      throw ExitCode(errors.first?.code.exitStatus ?? 1)
    }
  }

  private static func inputErrors(_ error: any Error) -> [InputError]? {
    switch error {
    case let error as InputError: [error]
    case let errors as RecipeErrors: errors.errors
    default: nil
    }
  }
}
