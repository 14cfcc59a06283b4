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

  @Option(help: "The text.")
  var text: String?

  @Option(help: "A file with the text, byte for byte.")
  var textFile: String?

  @Option(help: "A file of JSON lines, {\"text\": …}; each is answered by a line with its ids.")
  var lines: String?

  @Flag(help: "Add the tokens that the model expects around a text.")
  var special = false

  @Flag(help: "Print one JSON object: ids, tokens and count.")
  var json = false

  private static let largestText = 1 << 30

  func validate() throws {
    guard [text, textFile, lines].compactMap({ $0 }).count == 1 else {
      throw ValidationError("Give what to cut with one of --text, --text-file and --lines.")
    }
    guard !(json && lines != nil) else { throw ValidationError("--lines answers in JSON without --json.") }
  }

  func run() throws {
    let tokenizer = try TokenizerLoader.load(path: ModelArgument(model).tokenizerPath)
    if let lines { return try cut(lines, tokenizer) }
    let bytes = try text.map { Array($0.utf8) } ?? File.readAll(textFile ?? "", limit: Self.largestText)
    let ids = tokenizer.encode(bytes: bytes, addSpecialTokens: special)
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

  private func cut(_ lines: String, _ tokenizer: any Tokenizer) throws {
    try JSONLinesReader.forEach(in: lines) { record in
      let ids = tokenizer.encode(try record.required("text").string, addSpecialTokens: special)
      Console.write("[" + ids.map { String($0) }.joined(separator: ",") + "]")
    }
  }
}
