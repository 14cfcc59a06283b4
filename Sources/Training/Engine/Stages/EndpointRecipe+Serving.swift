internal import DraftData
internal import FileSystem
internal import Serving

// What recipes say of a server, as the types that ask it.

extension EndpointRecipe {
  /// What asks the server.
  ///
  /// - Parameter configure: sets what this section says nothing of: lengths, sampling, the teacher's entries.
  /// - Throws: `InputError` for a key that is not there, and for what no request can hold.
  func generation(
    by servers: ServerAccess, _ configure: (inout ServedGeneration<SystemClock>.Settings) -> Void
  ) throws -> ServedGeneration<SystemClock> {
    var settings = ServedGeneration<SystemClock>.Settings(
      endpoint: try endpoint(environment: servers.environment))
    settings.parameters = try RequestParameters(parameters.entries.map { ($0.name, $0.value) })
    settings.policy = RetryPolicy(attempts: retries + 1, timeout: timeoutSeconds)
    settings.concurrency = concurrency
    configure(&settings)
    return ServedGeneration(settings, transport: servers.transport(concurrency), clock: SystemClock())
  }

  /// The server, with its key from the environment.
  private func endpoint(environment: [String: String]) throws(InputError) -> Endpoint {
    let secret: Secret? =
      if let keyVariable { try Secret(variable: keyVariable, in: environment) } else { nil }
    return try Endpoint(base: url, model: model, api: api == .chat ? .chat : .completions, secret: secret)
  }

  var policy: AlignmentTally.Policy { misaligned == .keep ? .keep : .drop }

  /// Who writes, for the provenance of a corpus: everything that decides the texts, and never the key.
  var origin: String {
    let form = api == .chat ? "messages" : "prompts as \(prompt.rawValue)"
    var parts = [
      "model '\(model)' at \(url)", "\(api.rawValue), \(form)", "misaligned \(misaligned.rawValue)",
    ]
    if let endToken { parts.append("end token \(endToken)") }
    if !sendSeed { parts.append("no seed sent") }
    return (parts + parameters.entries.map { "\($0.name) \($0.value)" }).joined(separator: ", ")
  }

  /// A prompt as it is sent and as the corpus keeps it.
  ///
  /// - Throws: `InputError` for a prompt that is no conversation where one is needed, or has no text.
  func form(
    _ tokens: [Int32], question: ChatConversation?, tokenizer: any Tokenizer, chat: ChatEncoder?
  ) throws -> (content: GenerationQuery.Prompt, tokens: [Int32]) {
    if let chat {
      guard let question else {
        throw InputError(
          .usage, key: "endpoint.api", found: "chat, and a prompt that is no conversation",
          expected: "data with template: chat")
      }
      return try ServedPrompt.messages(of: question, chat)
    }
    guard prompt == .text else { return (.tokens(tokens), tokens) }
    return ServedPrompt.text(of: tokens, tokenizer)
  }
}
