import ArgumentParser
import DraftData
import Training

/// `pacer losses`
struct LossesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "losses",
    abstract: "How well a model predicts what a recipe's data sources keep from training.",
    discussion: """
      Cross-entropy of the held-out documents of each source, in nats a token and, comparable between \
      tokenizers, in bits a byte.

      EXAMPLES
        pacer losses recipes/target/nano.yaml stories=s.jsonl math=m.jsonl code=c.jsonl --model checkpoints/nano-target
        pacer losses runs/quickstart/config.yaml --model runs/quickstart --json
      """)

  @OptionGroup var arguments: RecipeArguments

  @Option(help: "A run folder, a checkpoint, or a model on its own.")
  var model: String

  @Option(help: "Tokens of each source at most.")
  var tokens = 20_000

  @Option(help: "First tokens of each document (default: as many as the model was made for).")
  var documentTokens: Int?

  @OptionGroup var compute: ComputeOptions

  @Flag(
    help: "Print one JSON object: sources, each with documents, tokens, nats_per_token and bits_per_byte.")
  var json = false

  func validate() throws {
    guard tokens > 0, documentTokens ?? 2 > 1 else {
      throw ValidationError("--tokens must be above 0, --document-tokens above 1.")
    }
  }

  func run() throws {
    let resolved = try ResolvedRecipe.load(path: arguments.recipe, arguments: arguments.changes)
    var request = HeldOutLosses(resolved.recipe, model: model)
    request.tokenLimit = tokens
    request.documentLimit = documentTokens
    let losses = try request.run(on: compute.backend())
    if json {
      try Console.write(["sources": .array(losses.map(Self.object))])
    } else {
      Console.write("source\tdocuments\ttokens\tnats/token\tbits/byte")
      for loss in losses {
        Console.write(
          "\(loss.source)\t\(loss.documents)\t\(loss.tokens)\t\(NumberText.fixed(loss.natsPerToken, 3))\t"
            + NumberText.fixed(loss.bitsPerByte, 3))
      }
    }
  }

  private static func object(_ loss: HeldOutLosses.Loss) -> JSONValue {
    [
      "source": .string(loss.source), "documents": .integer(loss.documents), "tokens": .integer(loss.tokens),
      "nats_per_token": .number(loss.natsPerToken), "bits_per_byte": .number(loss.bitsPerByte),
    ]
  }
}
