import ArgumentParser
import DraftData
import FileSystem
import Models
import Training

/// `pacer score`
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Log-probability of each token of a text, and the five likeliest at each position.",
    discussion: """
      No begin token is added; nothing is known of the first token. --tokens needs no tokenizer.

      EXAMPLES
        pacer score checkpoints/nano-target --text "Once upon a time"
        pacer score stories260K.bin --tokens 1,403,407,261 --json
      """)

  @Argument(help: "A model: folder, engine or GGUF file, model.bin or model.bin:tokenizer.bin.")
  var model: String

  @Option(help: "Token ids with commas between them.")
  var tokens: String?

  @Option(help: "The text.")
  var text: String?

  @Option(help: "A file with the text, byte for byte.")
  var textFile: String?

  @OptionGroup var memory: StorageOptions

  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object: tokens, logprobs (null first), top (null first) and next.")
  var json = false

  func validate() throws {
    guard [tokens, text, textFile].compactMap({ $0 }).count == 1 else {
      throw ValidationError("Give what to score with one of --tokens, --text and --text-file.")
    }
  }

  func run() throws {
    let backend = compute.backend()
    let ids = try tokens.map(Self.ids)
    let files = try ModelLoader.open(path: model)
    let tokenizer = ids == nil ? try files.tokenizer() : nil
    let scored = try ids ?? tokenize(tokenizer)
    // Rotary factors of some models depend on how long the sequence is.
    let positions = min(max(scored.count, 1), files.configuration.maxPositions)
    let loaded = try ModelLoader.load(
      path: model, on: backend, positions: positions, storage: memory.storage, readsTokenizer: false)
    let result = try ScoreRequest(loaded.model, on: backend).run(scored)
    if json { try Console.write(object(result, tokenizer)) } else { show(result, tokenizer) }
  }

  private static func ids(_ text: String) throws -> [Int32] {
    try text.split(separator: ",").map { word in
      guard let id = Int32(word.filter { !$0.isWhitespace }) else {
        throw InputError(.usage, key: "--tokens", found: "found '\(word)'", expected: "whole numbers")
      }
      return id
    }
  }

  private func tokenize(_ tokenizer: (any Tokenizer)?) throws -> [Int32] {
    guard let tokenizer else {
      throw InputError(
        .usage, file: model, found: "this model has no tokenizer",
        expected: "--tokens, or model.bin:tokenizer.bin")
    }
    let bytes = try text.map { Array($0.utf8) } ?? File.readAll(textFile ?? "", limit: 1 << 30)
    return tokenizer.encode(bytes: bytes, addSpecialTokens: false)
  }

  private func object(
    _ result: (positions: [ScoreRequest.Position], next: [TopTokens.Entry]), _ tokenizer: (any Tokenizer)?
  ) -> JSONValue {
    [
      "tokens": .array(result.positions.map { .integer(Int($0.token)) }),
      "logprobs": .array(result.positions.map { $0.logProbability.map { .number(Double($0)) } ?? .null }),
      "top": .array(result.positions.map { $0.top.isEmpty ? .null : entries($0.top, tokenizer) }),
      "next": entries(result.next, tokenizer),
    ]
  }

  private func entries(_ top: [TopTokens.Entry], _ tokenizer: (any Tokenizer)?) -> JSONValue {
    .array(
      top.map { entry in
        var object = JSONObject()
        object["id"] = .integer(Int(entry.id))
        object["token"] = tokenizer?.token(entry.id).map { .string($0) }
        object["logprob"] = .number(Double(entry.logProbability))
        return .object(object)
      })
  }

  private func show(
    _ result: (positions: [ScoreRequest.Position], next: [TopTokens.Entry]), _ tokenizer: (any Tokenizer)?
  ) {
    func name(_ id: Int32) -> String {
      tokenizer?.token(id).map { DisplayText.escaped($0) } ?? String(id)
    }
    for position in result.positions {
      let top = position.top.map { "\(name($0.id)) \($0.logProbability)" }.joined(separator: "  ")
      let own = position.logProbability.map { "\($0)" } ?? "-"
      Console.write("\(position.token)\t\(name(position.token))\t\(own)\t\(top)")
    }
    let total = result.positions.compactMap(\.logProbability).reduce(0.0) { $0 + Double($1) }
    let count = result.positions.count - 1
    if count > 0 { Console.note("mean \(total / Double(count)) per token over \(count) tokens") }
  }
}
