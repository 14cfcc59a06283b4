internal import DraftData
internal import Evaluation
internal import FileSystem
internal import Randomness

/// What the target is given to go on from, text by text.
struct GenerationPrompts {
  /// One of them.
  struct Prompt {
    let tokens: [Int32]
    let domain: String
    /// The same in messages, where they come from a conversation.
    var question: ChatConversation?
  }

  private struct Source {
    let share: Double
    let domain: String?
    let prompts: [Prompt]
  }

  private let settings: GenerateStageRecipe
  private let sources: [Source]
  private let philox: Philox
  /// The longest prompt, in tokens.
  let longest: Int

  /// Tokenises the prompts of all sources.
  ///
  /// - Parameter positions: how many the target has; a question that would not leave room for its answer is cut.
  init(_ settings: GenerateStageRecipe, materials: RunMaterials, positions: Int) throws {
    self.settings = settings
    let tokenizer = try materials.tokenizer()
    var sources: [Source] = try settings.prompts.entries.map { entry in
      let documents = try materials.split(entry.name).training
      let prompts = documents.map { document in
        let text = document.prompt.isEmpty ? document.text : document.prompt
        let tokens = document.encoding?.prompt ?? tokenizer.encodePrompt(text)
        // A question is given whole, running text only as far as the recipe says.
        let room = max(settings.promptTokens, positions - settings.maxNewTokens - 1)
        let kept = document.prompt.isEmpty ? settings.promptTokens : room
        return Prompt(
          tokens: Array(tokens.prefix(kept)), domain: document.domain, question: document.encoding?.question)
      }.filter { !$0.tokens.isEmpty }
      guard !prompts.isEmpty else {
        throw InputError(.badData, key: "data.\(entry.name)", found: "no document to take a prompt from")
      }
      return Source(share: entry.value * (1 - settings.magpie), domain: nil, prompts: prompts)
    }
    if settings.magpie > 0 || sources.isEmpty {
      guard let start = tokenizer.beginOfText ?? tokenizer.endOfText else {
        throw InputError(
          .usage, key: "magpie", found: "the tokenizer has no token that begins a text",
          expected: "one, or prompts from a data source")
      }
      let total = settings.prompts.entries.reduce(0) { $0 + $1.value }
      sources.append(
        Source(
          share: sources.isEmpty ? 1 : total * settings.magpie, domain: "magpie",
          prompts: [Prompt(tokens: [start], domain: "magpie")]))
    }
    self.sources = sources
    longest = sources.flatMap { $0.prompts.map(\.tokens.count) }.max() ?? 1
    philox = Philox(seed: UInt64(materials.recipe.seed), purpose: .mixture)
  }

  /// What text `index` begins with.
  func prompt(_ index: Int) -> Prompt {
    let source = sources[pick(index)]
    let prompt = source.prompts[philox.below(source.prompts.count, step: 1, index: UInt64(index))]
    return Prompt(tokens: prompt.tokens, domain: source.domain ?? prompt.domain, question: prompt.question)
  }

  /// At which temperature text `index` is written; 0 is greedy.
  func temperature(_ index: Int) -> Double { settings.temperatures[index % settings.temperatures.count] }

  /// The request for text `index`.
  func request(_ index: Int) throws -> DecodingRequest {
    let prompt = prompt(index)
    let temperature = temperature(index)
    let sampling =
      temperature == 0
      ? .greedy
      : try SamplingSettings(temperature: temperature, topP: settings.topP < 1 ? settings.topP : nil)
    return DecodingRequest(
      prompt: prompt.tokens, maximumNewTokens: settings.maxNewTokens, sampling: sampling,
      sequence: UInt64(index), domain: prompt.domain)
  }

  private func pick(_ index: Int) -> Int {
    let total = sources.reduce(0) { $0 + $1.share }
    var place = philox.uniform(step: 0, index: UInt64(index)) * total
    for (number, source) in sources.enumerated() {
      place -= source.share
      if place < 0 { return number }
    }
    return sources.count - 1
  }
}
