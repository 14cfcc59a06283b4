/// Plain decoding: one token per call and line, many prompts side by side, finished lines refilled at once.
///
/// A random choice is a function of (seed, request.sequence, number of the new token), so a completion does not
/// depend on which prompts share the batch, beyond the last bits of the logits.
///
///     let completions = try Generator(model: target, seed: 1, endTokens: [2]).run(requests)
package struct Generator<Model: SequenceModel> {
  /// A token as it is chosen, with the output it was chosen from, which stays readable during the call.
  package struct Choice {
    /// The index of the request.
    package let request: Int
    /// How many new tokens came before.
    package let step: Int
    /// The token.
    package let token: Int32
    /// The output of `model` it was chosen from.
    package let output: Int
    /// The model that wrote it.
    package let model: Model
  }

  private let model: Model
  private let seed: UInt64
  private let endTokens: [Int32]

  /// A generator.
  ///
  /// - Parameters:
  ///   - model: its cache is overwritten.
  ///   - seed: the run's seed.
  ///   - endTokens: tokens that end a text; empty to go on to the limit.
  package init(model: Model, seed: UInt64, endTokens: [Int32]) {
    self.model = model
    self.seed = seed
    self.endTokens = endTokens
  }

  /// Continues every prompt.
  ///
  /// - Parameters:
  ///   - requests: any number; each prompt has 1 … `capacity` tokens.
  ///   - maximumLines: how many to decode at a time at most; nil for all lines of the model.
  ///   - onToken: sees each choice; what it throws ends the run.
  ///   - onFinish: sees each completion with the index of its request, in the order in which they end.
  /// - Returns: the completions in the order of the requests.
  /// - Throws: `InputError` for a prompt that does not fit, and what the model or the callbacks throw.
  package func run(
    _ requests: [DecodingRequest], maximumLines: Int? = nil,
    onToken: ((Choice) throws -> Void)? = nil,
    onFinish: (Int, Completion) throws -> Void = { _, _ in }
  ) throws -> [Completion] {
    let lineCount = max(1, min(maximumLines ?? .max, model.lineCount, model.rowLimit))
    var queue = try DecodingQueue(
      requests, lineCount: lineCount, capacity: model.capacity, vocabularySize: model.vocabularySize)
    var batch = RowBatch()
    var chooser = TokenChooser(vocabularySize: model.vocabularySize)
    var scratch = ProbabilityRows(rowCount: 1, vocabularySize: model.vocabularySize)
    while true {
      let fresh = queue.admit()
      try queue.retire(onFinish)  // requests for no token at all
      if queue.active.isEmpty {
        if fresh.isEmpty { return queue.finished() }
        continue
      }
      batch.fillPrompts(queue.active.filter { $0.newTokenCount == 0 })
      try batch.fill(model)
      batch.lastTokens(queue.active)
      try batch.forward(model)
      let drawn = chooser.draw(model, queue.active, seed: seed)
      for index in queue.active.indices {
        let line = queue.active[index]
        let token =
          drawn?[index] ?? chooser.next(model, output: index, line, seed: seed, scratch: &scratch)
        try onToken?(
          Choice(request: line.request, step: line.newTokenCount, token: token, output: index, model: model))
        queue.active[index].append(token, endTokens: endTokens)
      }
      try queue.retire(onFinish)
    }
  }
}
