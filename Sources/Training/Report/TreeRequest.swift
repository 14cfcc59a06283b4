internal import Autodiff
internal import DraftData
internal import Drafters
package import Evaluation
internal import FileSystem
internal import Models

/// Which prompts are decoded for a report, and how; what is drafted on the way is drawn.
package struct TreeRequest: Sendable {
  /// Texts, `@FILE`, or `DOMAIN:INDEX` for one of the recipe's own prompts.
  package var prompts: [String]
  /// Cycles of each prompt.
  package var cycleCount = 3
  /// What is drafted; nil: what the recipe's last tree was, else its last chain.
  package var shape: DraftShape?
  package var temperature = 0.0

  /// A request for some prompts.
  package init(prompts: [String]) { self.prompts = prompts }

  /// Decodes with the run's best checkpoint, else its newest.
  ///
  /// - Throws: `InputError` for a run without target or checkpoint, a prompt that is not there or leaves no room.
  func run(_ folder: RunFolder, _ recipe: Recipe, on backend: CPUBackend) throws -> TreeSection.Source {
    let shape = try shape ?? recipe.lastShape
    let newTokens = (cycleCount + 1) * (shape.levels + 1)
    let trained = try TrainedModel.load(folder.path, on: backend, positions: newTokens + shape.room)
    guard let target = try trained.target(), let tokenizer = try trained.tokenizer() else {
      throw InputError(
        .usage, file: folder.path, key: "--prompt",
        found: "a run that trains a target, which drafts for nobody",
        expected: "a run with a target")
    }
    let prompts = try prompts.map { try prompt($0, trained, tokenizer) }
    let sampling = temperature == 0 ? SamplingSettings.greedy : try SamplingSettings(temperature: temperature)
    let requests = prompts.enumerated().map { index, prompt in
      DecodingRequest(
        prompt: prompt.tokens, maximumNewTokens: newTokens, sampling: sampling, sequence: UInt64(index))
    }
    let longest = prompts.map(\.tokens.count).max() ?? 1
    try check(longest + newTokens + shape.room, fits: target.model)
    let outcome = try DecoderPair(
      target: target.model, drafter: trained.model, shape: try shape.grown(from: trained.model, temperature),
      promptCount: prompts.count, promptTokens: longest, newTokens: newTokens, on: backend
    ).speculative(seed: UInt64(recipe.seed)).run(requests, recording: RunRecording(trees: .all))
    let choice = temperature == 0 ? "greedy" : "temperature \(temperature)"
    return TreeSection.Source(
      title:
        "Decoded for this report: \(shape.summary), \(choice), weights of \(Path.name(of: trained.path))",
      trees: SpelledTree.spelled(
        outcome.trees, prompts: prompts, tokenizer: tokenizer, cycleLimit: cycleCount))
  }

  /// The tokens that a prompt of the command line stands for, under the name that the report gives it.
  private func prompt(
    _ text: String, _ trained: TrainedModel, _ tokenizer: any Tokenizer
  ) throws -> EvaluationPrompt {
    if let parts = text.wholeMatch(of: /(.+):(\d{1,9})/), let index = Int(parts.2),
      let own = try trained.prompts(count: .max)?.filter({ $0.domain == String(parts.1) }), !own.isEmpty
    {
      guard index < own.count else {
        throw InputError(
          .usage, key: "--prompt", found: "'\(text)'", expected: "\(parts.1):0 to \(parts.1):\(own.count - 1)"
        )
      }
      let length = trained.recipe?.lastPromptTokens ?? own[index].tokens.count
      return EvaluationPrompt(tokens: Array(own[index].tokens.prefix(length)), domain: text)
    }
    let written =
      text.hasPrefix("@") ? try File.readText(String(text.dropFirst()), limit: Self.largestPrompt) : text
    let tokens = tokenizer.encodePrompt(written)
    guard !tokens.isEmpty else {
      throw InputError(.usage, key: "--prompt", found: "an empty prompt", expected: "text")
    }
    return EvaluationPrompt(tokens: tokens, domain: text.hasPrefix("@") ? text : "prompt")
  }

  private static let largestPrompt = 1 << 20

  private func check(_ count: Int, fits target: LanguageModel) throws {
    guard count <= target.rotary.positionCount else {
      throw InputError(
        .usage, key: "--prompt", found: "\(count) tokens with what is drafted behind the prompt",
        expected: "at most the target's \(target.rotary.positionCount)")
    }
  }
}

extension DraftShape {
  /// The same shape where its probabilities are known: a chain of a language model is grown as a tree of one path.
  fileprivate func grown(from drafter: DraftModel, _ temperature: Double) throws -> DraftShape {
    guard case .chain(let length) = self, drafter.languageModel != nil else { return self }
    // Drawn one at a time and judged by recursive rejection, a path is what a sampled chain is.
    return .fixed(
      try StaticTree(branches: [Int](repeating: 1, count: length)),
      temperature == 0 ? .likeliest : .withReplacement)
  }
}

extension Recipe {
  private var evaluateStages: [EvaluateStageRecipe] {
    stages.compactMap { if case .evaluate(let it) = $0 { it } else { nil } }
  }

  /// What its last evaluation with a tree drafts, else its last evaluation.
  fileprivate var lastShape: DraftShape {
    get throws {
      let last = evaluateStages.last { $0.tree != nil } ?? evaluateStages.last
      return try last?.shape() ?? evaluation?.shape() ?? .chain(EvaluateStageRecipe().draftLength)
    }
  }

  /// First tokens of a prompt that its last evaluation takes.
  fileprivate var lastPromptTokens: Int? { evaluateStages.last?.promptTokens ?? evaluation?.promptTokens }
}
