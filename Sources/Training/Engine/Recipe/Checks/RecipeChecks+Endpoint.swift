internal import FileSystem
internal import Serving

extension RecipeChecks {
  /// A server that cannot be asked so is found before anything is trained.
  mutating func checkEndpoint(_ endpoint: EndpointRecipe, of stage: GenerateStageRecipe, at path: String) {
    let place = "\(path).endpoint"
    do throws(InputError) {
      _ = try Endpoint(base: endpoint.url, model: endpoint.model, api: .completions)
    } catch {
      report(error.found, at: "\(place).url", expected: error.expected)
    }
    do throws(InputError) {
      _ = try RequestParameters(endpoint.parameters.entries.map { ($0.name, $0.value) })
    } catch {
      report(error.found, at: "\(place).\(error.key ?? "parameters")", remedy: error.remedy)
    }
    // A resolved recipe has every default written out.
    if stage.batchSize != GenerateStageRecipe().batchSize {
      report(
        "batch_size speaks of a target that writes here", at: "\(path).batch_size",
        remedy: "Remove it, or set endpoint.concurrency")
    }
    guard endpoint.api == .chat else { return }
    if endpoint.prompt != EndpointRecipe().prompt {
      report(
        "prompt speaks of /completions", at: "\(place).prompt",
        remedy: "Remove it: conversations travel as messages")
    }
    if stage.magpie > 0 {
      report(
        "magpie begins texts from nothing, and a chat has a question", at: "\(path).magpie",
        remedy: "Set magpie to 0, or api to completions")
    }
    for entry in stage.prompts.entries {
      if case .file(let file)? = recipe.data[entry.name], file.usesChatTemplate { continue }
      report(
        "'\(entry.name)' holds no conversations", at: "\(path).prompts.\(entry.name)",
        remedy: "Give it template: chat, or set api to completions")
    }
  }
}
