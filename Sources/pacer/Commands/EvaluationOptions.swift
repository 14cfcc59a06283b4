import ArgumentParser
import Training

/// What is measured, and on which texts.
struct EvaluationOptions: ParsableArguments {
  @Argument(help: "A run folder, a checkpoint, or a drafter (folder, engine file, model.bin:tokenizer.bin).")
  var drafter: String

  @Option(help: "The model that verifies (default: the recipe's).")
  var target: String?

  @Option(help: "A folder with an acceptance head for the drafter, for --rejection (default: the run's own).")
  var acceptanceHead: String?

  @Option(help: "Prompts at most.")
  var count = 64

  @Option(help: "First tokens of each prompt.")
  var promptTokens = 24

  @Option(help: "Tokens written after each.")
  var newTokens = 160

  @OptionGroup var decoding: DecodingOptions

  @OptionGroup var memory: StorageOptions

  /// An evaluation of the protocol's standard shape.
  var request: EvaluationRequest {
    var request = EvaluationRequest(drafter: drafter)
    (request.target, request.acceptanceHead, request.prompts) = (target, acceptanceHead, decoding.prompts)
    (request.temperature, request.seed, request.storage) = (
      decoding.temperature, decoding.seed, memory.storage
    )
    (request.promptCount, request.promptTokens, request.newTokens) = (count, promptTokens, newTokens)
    return request
  }
}
