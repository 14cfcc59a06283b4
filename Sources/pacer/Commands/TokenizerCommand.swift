import ArgumentParser
import DraftData
import FileSystem

/// `pacer tokenizer …`
struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer", abstract: "Train tokenizers.",
    discussion: """
      EXAMPLES
        pacer tokenizer train stories.jsonl code.txt --vocabulary 2048 --out tokenizer.json
      """,
    subcommands: [TokenizerTrainCommand.self])
}

/// `pacer tokenizer train`
struct TokenizerTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn a byte-level BPE vocabulary from text and write tokenizer.json.",
    discussion: """
      EXAMPLES
        pacer tokenizer train stories.txt --vocabulary 2048 --out tokenizer.json
        pacer tokenizer train a.jsonl b.json --vocabulary 32000 --pattern qwen2 \\
          --special "<|endoftext|>" --special "<|im_start|>" --out my/tokenizer.json
      The same text always gives the same vocabulary.
      """)

  @Argument(help: "Text, .txt, .json or .jsonl.")
  var files: [String]

  @Option(help: "How many tokens, special ones included; 256 are the bytes.")
  var vocabulary: Int

  @Option(help: "The file to write; it must not exist.")
  var out: String

  @Option(help: "How text is cut into words: gpt2, llama3 or qwen2.")
  var pattern = "llama3"

  @Option(name: .customLong("special"), help: "A special token; repeat for more.")
  var specialTokens = ["<|endoftext|>"]

  @Option(help: "The special token that begins every text, which the tokenizer then puts there by itself.")
  var begin: String?

  @Flag(help: "Print one JSON object: path, vocabulary, documents and bytes.")
  var json = false

  func validate() throws {
    guard BPETrainer.Pattern(rawValue: pattern) != nil else {
      let known = BPETrainer.Pattern.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("No pattern is called '\(pattern)'. Known: \(known).")
    }
    if files.isEmpty { throw ValidationError("Name at least one file to learn from.") }
  }

  func run() throws {
    try Directory.requireAbsent(out)
    var trainer = try BPETrainer(
      vocabularySize: vocabulary, pattern: BPETrainer.Pattern(rawValue: pattern) ?? .llama3,
      specialTokens: specialTokens, beginOfText: begin)
    var documents = 0
    var bytes = 0
    for file in files {
      _ = try DocumentFile(file, domain: "text").forEach { document in
        documents += 1
        bytes += document.text.utf8.count
        trainer.add(document.text)
      }
    }
    let tokenizer = try trainer.train()
    try tokenizer.save(to: out)
    if json {
      try Console.write([
        "path": .string(out), "vocabulary": .integer(tokenizer.vocabularySize),
        "documents": .integer(documents), "bytes": .integer(bytes),
      ])
    } else {
      Console.write(
        "Wrote \(out): \(tokenizer.vocabularySize) tokens from \(documents) documents, \(bytes) bytes.")
    }
  }
}
