import ArgumentParser

/// What all commands that let a model write share.
struct DecodingOptions: ParsableArguments {
  @Option(help: "JSON lines of {\"domain\": …, \"prompt\": …}.")
  var prompts: String?

  @Option(help: "0 is greedy.")
  var temperature = 0.0

  @Option(help: "Of all random choices.")
  var seed = 0

  func validate() throws {
    guard seed >= 0 else { throw ValidationError("--seed takes 0 or more.") }
  }
}
