package import FileSystem

/// How acceptance is measured. Printed with every result, because a figure without its protocol says nothing.
package struct EvaluationProtocol: Sendable, Hashable {
  /// How many held-out prompts are used, the first of those given.
  package let promptCount: Int
  /// How many tokens of each prompt are used, the first; a shorter prompt is used whole.
  package let promptTokens: Int
  /// How many new tokens are written per prompt at most, the one of the prefill included.
  package let newTokens: Int
  /// What is drafted in a cycle.
  package let shape: DraftShape
  /// How tokens are chosen, by the target and by the drafter alike.
  package let sampling: SamplingSettings
  /// The seed of all random choices.
  package let seed: UInt64
  /// How intervals are made.
  package let bootstrap: Bootstrap
  /// How many prompts are decoded anew, one at a time, to measure wall-clock speed; 0 for none.
  package let timedPrompts: Int

  /// Few: their times are for orientation.
  package static let standardTimedPrompts = 4

  /// The fixed protocol, with what may be asked for otherwise.
  ///
  /// - Throws: `InputError` (usage) for counts below 1.
  package init(
    promptCount: Int = 64, promptTokens: Int = 24, newTokens: Int = 160, shape: DraftShape = .chain(4),
    sampling: SamplingSettings = .greedy, seed: UInt64 = 0, bootstrap: Bootstrap? = nil,
    timedPrompts: Int = standardTimedPrompts
  ) throws(InputError) {
    let counts = [
      ("prompts", promptCount), ("prompt_tokens", promptTokens), ("new_tokens", newTokens),
      ("draft_length", shape.levels),
    ]
    for (key, count) in counts where count < 1 {
      throw InputError(.usage, key: key, found: "\(count)", expected: "a whole number ≥ 1")
    }
    guard !sampling.isGreedy || shape.draw == .likeliest else {
      throw InputError(
        .usage, key: "candidates", found: "\(shape.draw.rawValue) for greedy texts, which draw nothing",
        expected: "likeliest", remedy: "Set a temperature above 0")
    }
    self.promptCount = promptCount
    self.promptTokens = promptTokens
    self.newTokens = newTokens
    self.shape = shape
    self.sampling = sampling
    self.seed = seed
    self.bootstrap = bootstrap ?? Bootstrap(seed: seed)
    self.timedPrompts = max(0, timedPrompts)
  }

  /// The requests that the protocol makes of the prompts given.
  package func requests(_ prompts: [EvaluationPrompt]) -> [DecodingRequest] {
    prompts.prefix(promptCount).enumerated().map { index, prompt in
      DecodingRequest(
        prompt: Array(prompt.tokens.prefix(promptTokens)), maximumNewTokens: newTokens, sampling: sampling,
        sequence: UInt64(index), domain: prompt.domain)
    }
  }

  /// The protocol in one line: `64 prompts × first 24 tokens, 160 new, draft length 4, greedy, seed 0`.
  package var summary: String { summary(with: shape.summary + ", ") }

  /// The same without what is drafted.
  package var promptSummary: String { summary(with: "") }

  private func summary(with shape: String) -> String {
    var choice = "greedy"
    if !sampling.isGreedy {
      choice = "temperature \(sampling.temperature)"
      if let topK = sampling.topK { choice += ", top-k \(topK)" }
      if let topP = sampling.topP { choice += ", top-p \(topP)" }
    }
    return "\(promptCount) prompts × first \(promptTokens) tokens, \(newTokens) new, "
      + "\(shape)\(choice), seed \(seed)"
  }
}
