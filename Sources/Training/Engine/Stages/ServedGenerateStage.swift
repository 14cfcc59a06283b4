internal import DraftData
internal import FileSystem
internal import Serving

/// A server writes a corpus in the target's place.
///
/// Text i is asked for by the same prompt and at the same temperature as the target would write it here, and texts are
/// kept in the order of their numbers whatever the order in which the answers come: an interrupted stage asks again for
/// the texts behind the last one that is on the disk.
struct ServedGenerateStage {
  let settings: GenerateStageRecipe
  let endpoint: EndpointRecipe
  let context: StageContext

  /// Writes the corpus, or what is missing of it.
  func run(into path: String) throws {
    let target = try ServedTarget(context.materials)
    let served = try endpoint.generation(by: context.servers) {
      $0.maximumNewTokens = settings.maxNewTokens
      $0.topP = settings.topP
      $0.entryCount = settings.topKLogits
      $0.seed = endpoint.sendSeed ? UInt64(context.recipe.seed) : nil
    }
    let prompts = try GenerationPrompts(
      settings, materials: context.materials, positions: target.positions ?? .max)
    var texts = try target.texts(
      endToken: endpoint.endToken, entryCount: settings.topKLogits, policy: endpoint.policy)
    try Directory.create(context.folder.corpora)
    let writer = try CorpusWriter(
      folder: path, try target.description(entryCount: settings.topKLogits, provenance: provenance))
    try write(prompts, target, served, &texts, to: writer)
    try writer.finish()
    for line in texts.tally.lines(endpoint.policy) {
      context.observer.receive(.warning("\(settings.name): \(line)"))
    }
  }

  private var provenance: String {
    "stage '\(settings.name)' of run '\(context.recipe.name)', seed \(context.recipe.seed), written by "
      + endpoint.origin
  }

  private func write(
    _ prompts: GenerationPrompts, _ target: ServedTarget, _ served: ServedGeneration<SystemClock>,
    _ texts: inout ServedTexts, to writer: CorpusWriter
  ) throws {
    guard writer.committedTokenCount < settings.tokens else { return }
    let chat = endpoint.api == .chat ? try target.chat() : nil
    let start = ProcessFacts.monotonicNanoseconds()
    var tokens = writer.committedTokenCount
    var told = 100 * tokens / settings.tokens
    let first = writer.committedSource.map { $0 + 1 } ?? 0
    try served.run(
      first..<Int.max,
      prompt: { index in
        let prompt = prompts.prompt(index)
        let (content, ids) = try endpoint.form(
          prompt.tokens, question: prompt.question, tokenizer: target.tokenizer, chat: chat)
        return ServedPrompt(
          content: content, tokens: ids, domain: prompt.domain, temperature: prompts.temperature(index))
      },
      texts: &texts, trouble: { context.observer.receive(.warning("\(settings.name): \($0)")) },
      checkForStop: { try context.checkForStop() },
      append: { document in
        if let document {
          tokens += document.tokens.count
          try writer.append(document)
        }
        // A hundred lines of a log are enough, however many texts there are.
        if 100 * tokens / settings.tokens > told {
          told = 100 * tokens / settings.tokens
          context.observer.receive(
            .advanced(
              stage: settings.name, done: min(tokens, settings.tokens), total: settings.tokens,
              unit: "tokens",
              seconds: Double(ProcessFacts.monotonicNanoseconds() - start) * 1e-9))
        }
        return tokens < settings.tokens
      })
  }
}
