import ArgumentParser
import DraftData
import Evaluation
import FileSystem
import Models
import Training

/// `pacer generate`
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Let a model go on from prompts.",
    discussion: """
      Before every prompt comes what the tokenizer puts before a text; --prompt "" starts from a begin token alone.

      EXAMPLES
        pacer generate checkpoints/nano-target --prompt "Once upon a time"
        pacer generate stories260K.bin:tok512.bin --prompt "" --max-new-tokens 256
        pacer generate checkpoints/nano-target --prompts assets/prompts/math.jsonl --temperature 0.8 --json
        pacer generate checkpoints/nano-target --prompts prompts.jsonl --out corpus.h5
      """)

  @Argument(
    help: "A model (folder, engine or GGUF file, model.bin:tokenizer.bin), a run folder or a checkpoint.")
  var model: String

  @Option(help: "The prompt.")
  var prompt: String?

  @OptionGroup var decoding: DecodingOptions

  @Option(help: "Keep the k likeliest tokens.")
  var topK: Int?

  @Option(help: "Keep the likeliest tokens up to this probability.")
  var topP: Double?

  @Option(help: "Longest text.")
  var maxNewTokens = 160

  @Option(help: "Texts written together.")
  var batchSize = 32

  @Option(
    help:
      "Write a corpus (docs/corpus-format.md) instead of printing texts: one file if this ends in .h5, else a folder."
  )
  var out: String?

  @OptionGroup var memory: StorageOptions

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object: completions with prompt, text, ids and why they ended.")
  var json = false

  func validate() throws {
    guard (prompt == nil) != (decoding.prompts == nil) else {
      throw ValidationError("Give either --prompt or --prompts.")
    }
    guard maxNewTokens > 0, batchSize > 0 else {
      throw ValidationError("--max-new-tokens and --batch-size take 1 or more.")
    }
  }

  func run() throws {
    let backend = compute.backend()
    var request = GenerateRequest(
      sampling: try SamplingSettings(temperature: decoding.temperature, topK: topK, topP: topP))
    request.maximumNewTokens = maxNewTokens
    request.batchSize = batchSize
    request.seed = UInt64(decoding.seed)
    request.prompts =
      try decoding.prompts.map { try PromptSet.read($0, domain: "text").prompts }
      ?? [PromptSet.Prompt(domain: "text", text: prompt ?? "")]
    let texts = try request.run(
      try TrainedModel.load(model, on: backend, storage: memory.storage), corpus: out, on: backend)
    if json {
      try Console.write(["completions": .array(texts.map(\.json))])
    } else if let out {
      Console.note("wrote \(texts.count) texts to \(out)")
    } else {
      for text in texts { Console.write(text.prompt + text.text + (texts.count > 1 ? "\n" : "")) }
    }
  }
}
