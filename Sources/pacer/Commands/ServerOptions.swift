public import ArgumentParser
public import Training

/// Texts that a server writes, or has written.
struct ServerOptions: ParsableArguments {
  @Option(help: "Where a server's API begins, as http://localhost:8000/v1: it writes in the model's place.")
  var endpoint: String?

  @Option(help: "The name by which the server knows the model.")
  var servedModel: String?

  @Option(help: "completions: a text is gone on with; chat: the prompt is a question.")
  var api = EndpointRecipe.API.completions

  @Option(help: "The environment variable that holds the server's key; it is written nowhere.")
  var keyVariable: String?

  @Option(help: "How a prompt travels to /completions: text, or tokens where the server takes ids.")
  var promptForm = EndpointRecipe.PromptForm.text

  @Option(
    name: .customLong("parameter"), parsing: .unconditionalSingleValue,
    help: "NAME=VALUE, what else each request holds; as often as you like.")
  var parameters: [String] = []

  @Option(help: "Requests in flight.")
  var concurrency = 16

  @Option(help: "Seconds to wait for an answer.")
  var timeout = 600.0

  @Option(help: "Further attempts after status 429 or 5xx, a broken connection or no answer in time.")
  var retries = 8

  @Flag(name: .customLong("no-seed"), help: "Send no seed along.")
  var withoutSeed = false

  @Option(help: "Keep the log-probabilities of the k likeliest tokens at each place of a corpus.")
  var topKLogits = 0

  @Option(help: "Whether a text whose tokens are not certain is kept, without log-probabilities, or dropped.")
  var misaligned = EndpointRecipe.Misaligned.keep

  @Option(help: "The token that ends a text whose server does not say it (default: the tokenizer's).")
  var endToken: String?

  @Option(
    help: "A log to read instead: JSON lines of {\"request\": …, \"response\": …}, or a batch's output.")
  var log: String?

  @Option(help: "The batch's input.")
  var logInput: String?

  func validate() throws {
    guard endpoint == nil || log == nil else {
      throw ValidationError("Give either --endpoint or --log.")
    }
    guard (endpoint == nil) == (servedModel == nil) else {
      throw ValidationError("--endpoint and --served-model go together.")
    }
    guard logInput == nil || log != nil else { throw ValidationError("--log-input goes with --log.") }
    guard endpoint != nil || log != nil || topKLogits == 0 else {
      throw ValidationError(
        "--top-k-logits goes with --endpoint or --log; here, a generate stage keeps them.")
    }
    guard (1...4096).contains(concurrency), (1...86_400).contains(timeout), (0...1000).contains(retries),
      (0...65_536).contains(topKLogits)
    else {
      throw ValidationError(
        "--concurrency takes 1 to 4096, --timeout 1 to 86400, --retries 0 to 1000, --top-k-logits 0 to 65536."
      )
    }
    for parameter in parameters where Self.parts(parameter) == nil {
      throw ValidationError("--parameter takes NAME=VALUE, found '\(parameter)'.")
    }
  }

  /// As a recipe says it.
  var recipe: EndpointRecipe {
    var recipe = EndpointRecipe()
    (recipe.url, recipe.model) = (endpoint ?? "", servedModel ?? "")
    (recipe.api, recipe.keyVariable, recipe.prompt) = (api, keyVariable, promptForm)
    (recipe.misaligned, recipe.endToken, recipe.sendSeed) = (misaligned, endToken, !withoutSeed)
    (recipe.concurrency, recipe.timeoutSeconds, recipe.retries) = (concurrency, timeout, retries)
    recipe.parameters = RecipeTable(
      parameters.compactMap(Self.parts).map { RecipeTable.Entry($0.name, $0.value) })
    return recipe
  }

  private static func parts(_ parameter: String) -> (name: String, value: String)? {
    guard let sign = parameter.firstIndex(of: "="), sign != parameter.startIndex else { return nil }
    return (String(parameter[..<sign]), String(parameter[parameter.index(after: sign)...]))
  }
}

extension EndpointRecipe.API: ExpressibleByArgument {}
extension EndpointRecipe.PromptForm: ExpressibleByArgument {}
extension EndpointRecipe.Misaligned: ExpressibleByArgument {}
