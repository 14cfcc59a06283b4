import ArgumentParser
import FileSystem
import Foundation

/// `pacer recipe new`
struct RecipeNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a commented recipe to start from.",
    discussion: """
      EXAMPLES
        pacer recipe new my.yaml --target path/to/model --text stories.jsonl
        pacer recipe new my.yaml
      The drafter is sized for the target. Without --target and --text the recipe asks for \
      them when it runs: target=… text=…
      """)

  @Argument(help: "The file to write; it must not exist.")
  var path: String

  @Option(help: "The model to draft for: a Hugging Face folder, a GGUF file or model.bin:tokenizer.bin.")
  var target: String?

  @Option(help: "Training text: .txt, .json or .jsonl.")
  var text: String?

  func run() throws {
    try Directory.requireAbsent(path)
    let name = URL(filePath: path).deletingPathExtension().lastPathComponent
    let starter = try RecipeStarter(name: name, target: target, text: text)
    try DurableFile.write(Array(starter.yaml.utf8), to: path, replaces: false)
    Console.write("Wrote \(path). Next: pacer recipe check \(path)\(starter.missingInputs)")
  }
}
