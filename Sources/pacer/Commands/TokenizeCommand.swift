import ArgumentParser
import DraftData
import FileSystem

/// `pacer tokenize`
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Show how a model's tokenizer cuts a text.",
    discussion: """
      EXAMPLES
        pacer tokenize checkpoints/nano-target --text "Once upon a time"
        pacer tokenize stories260K.bin:tok512.bin --text-file story.txt
        pacer tokenize path/to/tokenizer.json --text-file story.txt --json
      No token is added that is not in the text, unless --special asks for the model's own (a BOS, say).
      """)

  @Argument(help: "A model (folder, GGUF file, or model.bin:tokenizer.bin) or a tokenizer file.")
  var model: String

  @OptionGroup var input: TextInput

  @Flag(help: "Add the tokens that the model expects around a text.")
  var special = false

  @Flag(help: "Print one JSON object: ids, tokens and count.")
  var json = false

  func run() throws {
    let tokenizer = try TokenizerLoader.load(path: ModelArgument(model).tokenizerPath)
    let ids = tokenizer.encode(bytes: try input.bytes(), addSpecialTokens: special)
    let tokens = ids.map { tokenizer.token($0) ?? "" }
    if json {
      try Console.write([
        "ids": .array(ids.map { .integer(Int($0)) }), "tokens": .array(tokens.map { .string($0) }),
        "count": .integer(ids.count),
      ])
      return
    }
    for (id, token) in zip(ids, tokens) { Console.write("\(id)\t\(DisplayText.escaped(token))") }
    Console.note("\(ids.count) tokens")
  }
}
