package import DraftData
internal import Evaluation
internal import FileSystem
package import Serving

/// `pacer generate --endpoint`: a server goes on from prompts.
package struct ServedGenerateRequest {
  /// Server and model, and how they are asked.
  package var endpoint = EndpointRecipe()
  package var prompts: [PromptSet.Prompt] = []
  package var maximumNewTokens = 160
  package var temperature = 0.0
  package var topP = 1.0
  package var seed: UInt64 = 0
  /// k, the teacher's entries per token in a corpus; 0 for none.
  package var entryCount = 0

  /// A request without prompts yet.
  package init() {}

  /// Lets the server write all texts; with `corpus`, they go there and nowhere else: into one file where the path ends in
  /// `.h5`, else into a folder, behind what an earlier attempt at the same texts has left there.
  ///
  /// - Parameters:
  ///   - servers: how it is reached, and where its key is.
  ///   - trouble: hears now and then why a text is asked for again.
  ///   - checkForStop: throws what is to end the work; a folder can be gone on with.
  /// - Returns: the texts, where there is no corpus, and what a person should know of those that are not certain.
  /// - Throws: `InputError` for a corpus that is there already, a server that refuses, and a tokenizer that is not its own.
  package func run(
    _ target: ServedTarget, corpus: String?, by servers: ServerAccess = ServerAccess(),
    trouble: @escaping (String) -> Void = { _ in }, checkForStop: () throws -> Void
  ) throws -> (texts: [GenerateRequest.Text], notes: [String]) {
    let served = try endpoint.generation(by: servers) {
      $0.maximumNewTokens = maximumNewTokens
      $0.topP = topP
      $0.entryCount = entryCount
      $0.seed = endpoint.sendSeed ? seed : nil
    }
    var documents = try target.texts(
      endToken: endpoint.endToken, entryCount: entryCount, policy: endpoint.policy)
    let output = try corpus.map { try self.output($0, target) }
    let first = (output as? CorpusWriter)?.committedSource.map { $0 + 1 } ?? 0
    let chat = endpoint.api == .chat ? try target.chat() : nil
    var texts: [GenerateRequest.Text] = []
    if first < prompts.count {
      try served.run(
        first..<prompts.count, prompt: { try prompt($0, target, chat) }, texts: &documents,
        trouble: trouble, checkForStop: checkForStop,
        append: { document in
          guard let document else { return true }
          if let output {
            try output.append(document)
          } else {
            texts.append(text(document, target))
          }
          return true
        })
    }
    try output?.finish()
    return (texts, documents.tally.lines(endpoint.policy))
  }

  private func prompt(_ index: Int, _ target: ServedTarget, _ chat: ChatEncoder?) throws -> ServedPrompt {
    let text = prompts[index].text
    let ids = target.tokenizer.encodePrompt(text)
    let (content, tokens) = try endpoint.form(
      ids, question: ChatConversation(messages: [["role": "user", "content": .string(text)]]),
      tokenizer: target.tokenizer, chat: chat)
    guard !tokens.isEmpty else {
      throw InputError(
        .usage, key: "prompt", found: "an empty prompt", expected: "text: the model has no begin token")
    }
    return ServedPrompt(
      content: content, tokens: tokens, domain: prompts[index].domain, temperature: temperature)
  }

  private func text(_ document: CorpusDocument, _ target: ServedTarget) -> GenerateRequest.Text {
    let ids = Array(document.tokens[document.promptLength...])
    let isEnded = ids.last.map { target.tokenizer.stopTokens.contains($0) } ?? false
    return GenerateRequest.Text(
      prompt: prompts[document.source ?? 0].text, text: target.tokenizer.decode(ids), ids: ids,
      ending: isEnded ? .endOfSequence : .tokenLimit)
  }

  private func output(_ path: String, _ target: ServedTarget) throws -> any CorpusOutput {
    // Everything that decides the texts: only the same texts can be gone on with.
    var hash = StableHash()
    for prompt in prompts {
      hash.combine(prompt.domain)
      hash.combine(prompt.text)
    }
    let description = try target.description(
      entryCount: entryCount,
      provenance: "pacer generate, \(prompts.count) prompts \(String(hash.value, radix: 16)), temperature "
        + "\(temperature), top_p \(topP), \(maximumNewTokens) tokens, seed \(seed), written by \(endpoint.origin)"
    )
    return CorpusFile.isNamed(by: path)
      ? try CorpusFile(creating: path, description) : try CorpusWriter(folder: path, description)
  }
}
