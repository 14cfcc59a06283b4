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
        pacer generate MODEL --endpoint http://localhost:8000/v1 --served-model NAME --prompts p.jsonl --out corpus
        pacer generate MODEL --log requests.jsonl --out corpus.h5
      With --endpoint a server with OpenAI's API writes in the model's place, and with --log it has written already: \
      MODEL is then the target's folder, of which tokenizer and config.json are enough. docs/serving.md has the rest.
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

  @OptionGroup(title: "Texts of a server") var server: ServerOptions

  @OptionGroup var memory: StorageOptions

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object: completions with prompt, text, ids and why they ended.")
  var json = false

  func validate() throws {
    if server.log == nil, (prompt == nil) == (decoding.prompts == nil) {
      throw ValidationError("Give either --prompt or --prompts.")
    }
    if server.log != nil {
      guard prompt == nil, decoding.prompts == nil else {
        throw ValidationError("--log has its prompts in the file: leave out --prompt and --prompts.")
      }
      guard out != nil else { throw ValidationError("--log takes --out, the corpus to write.") }
    }
    if server.endpoint != nil, topK != nil {
      throw ValidationError("OpenAI's API has no top-k: give --parameter top_k=N where the server knows it.")
    }
    guard maxNewTokens > 0, batchSize > 0 else {
      throw ValidationError("--max-new-tokens and --batch-size take 1 or more.")
    }
  }

  func run() throws {
    if server.log != nil { return try readLog() }
    if server.endpoint != nil { return try ask() }
    let backend = compute.backend()
    var request = GenerateRequest(
      sampling: try SamplingSettings(temperature: decoding.temperature, topK: topK, topP: topP))
    request.maximumNewTokens = maxNewTokens
    request.batchSize = batchSize
    request.seed = UInt64(decoding.seed)
    request.prompts = try prompts()
    let texts = try request.run(
      try TrainedModel.load(model, on: backend, storage: memory.storage), corpus: out, on: backend)
    try tell(texts)
  }

  private func prompts() throws -> [PromptSet.Prompt] {
    try decoding.prompts.map { try PromptSet.read($0, domain: "text").prompts }
      ?? [PromptSet.Prompt(domain: "text", text: prompt ?? "")]
  }

  private func tell(_ texts: [GenerateRequest.Text]) throws {
    if json {
      try Console.write(["completions": .array(texts.map(\.json))])
    } else if let out {
      Console.note("wrote \(texts.count) texts to \(out)")
    } else {
      for text in texts { Console.write(text.prompt + text.text + (texts.count > 1 ? "\n" : "")) }
    }
  }

  private func ask() throws {
    var request = ServedGenerateRequest()
    request.endpoint = server.recipe
    request.prompts = try prompts()
    request.maximumNewTokens = maxNewTokens
    request.temperature = decoding.temperature
    request.topP = topP ?? 1
    request.seed = UInt64(decoding.seed)
    request.entryCount = server.topKLogits
    let flag = SignalFlag.install()
    do {
      let (texts, notes) = try request.run(
        try ServedTarget(path: model), corpus: out,
        trouble: { Console.warn($0) },
        checkForStop: { if let signal = flag.signal { throw RunStopped(signal: signal) } })
      for note in notes { Console.warn(note) }
      if let out { Console.note("wrote the texts to \(out)") } else { try tell(texts) }
    } catch let stopped as RunStopped {
      Console.note(
        out.map {
          CorpusFile.isNamed(by: $0)
            ? "stopped; nothing is written" : "stopped; the same command goes on in \($0)"
        }
          ?? "stopped")
      throw ExitCode(stopped.signal.exitStatus)
    }
  }

  private func readLog() throws {
    var request = LogRequest(path: server.log ?? "", input: server.logInput)
    request.endToken = server.endToken
    request.entryCount = server.topKLogits
    request.misaligned = server.misaligned
    let (count, notes) = try request.run(try ServedTarget(path: model), corpus: out ?? "")
    for note in notes { Console.warn(note) }
    Console.note("wrote \(count) texts to \(out ?? "")")
  }
}
