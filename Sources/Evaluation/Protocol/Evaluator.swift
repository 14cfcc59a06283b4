/// Measures a drafter against its target by the protocol.
///
///     let evaluator = Evaluator(protocol: try EvaluationProtocol())
///     let report = try evaluator.evaluate(
///       target: target, drafter: drafter, prompts: held, endTokens: [2], byteRatio: 0.07, clock: ContinuousClock())
package struct Evaluator: Sendable {
  private let measured: EvaluationProtocol

  /// An evaluator that follows a protocol.
  package init(protocol measured: EvaluationProtocol) { self.measured = measured }

  /// Everything: acceptance, agreement with the target's own text, speed, and the floor.
  ///
  /// - Parameters:
  ///   - target: its cache is overwritten.
  ///   - speculative: decodes with the same target and the drafter.
  ///   - prompts: held-out texts; the protocol takes the first ones.
  ///   - endTokens: tokens that end a text.
  ///   - byteRatio: bytes of the drafter's weights / the target's, or nil.
  ///   - floor: the n-gram model to measure beside the drafter, or nil.
  ///   - candidates: how many candidates at one position rules are compared for, or nil; sampled runs only.
  ///   - trees: which trees the report holds.
  ///   - comparesTexts: whether greedy texts are compared with the target's own, which writes all of them once more.
  ///   - clock: what tells the time.
  /// - Throws: `InputError` for prompts or a drafter that do not fit the target, and what the models throw.
  package func evaluate<Target: SequenceModel>(
    target: Target, speculative: any SpeculativeDecoding, prompts: [EvaluationPrompt], endTokens: [Int32],
    byteRatio: Double?, floor: NGramFloor? = nil,
    candidates: Int? = nil, trees: TreeRecording = .none, comparesTexts: Bool = true,
    clock: some Clock<Duration>
  ) throws -> EvaluationReport {
    let comparison = try candidates.map {
      try CandidateComparison(count: $0, sampling: measured.sampling, seed: measured.seed)
    }
    var recording = RunRecording(trees: trees)
    if comparison != nil {
      recording.places = CandidateComparison.mostPlaces(vocabularySize: target.vocabularySize)
    }
    let requests = measured.requests(prompts)
    let plain = Generator(model: target, seed: measured.seed, endTokens: endTokens)
    let outcome = try speculative.run(requests, recording: recording)
    var agreement: GreedyAgreement?
    if measured.sampling.isGreedy, comparesTexts {
      agreement = try GreedyAgreement(
        target: target, requests: requests, plain: try plain.run(requests), speculative: outcome.completions)
    }
    let speed = try SpeedMeasurement(
      plain: plain, speculative: speculative, requests: Array(requests.prefix(measured.timedPrompts)),
      clock: clock)
    return EvaluationReport(
      measured: measured, overall: figures(outcome.log, byteRatio), domains: domains(outcome.log, byteRatio),
      speed: speed, greedyEqual: agreement,
      floor: try floor.map { floor in
        try report(floor, target: target, prompts: prompts, endTokens: endTokens, beside: outcome.log)
      },
      candidates: comparison?.report(outcome.places, of: requests),
      log: outcome.log, trees: outcome.trees)
  }

  /// The same with a drafter that is a language model and writes chains.
  package func evaluate<Target: SequenceModel, Drafter: SequenceModel>(
    target: Target, drafter: Drafter, prompts: [EvaluationPrompt], endTokens: [Int32], byteRatio: Double?,
    floor: NGramFloor? = nil, candidates: Int? = nil, clock: some Clock<Duration>
  ) throws -> EvaluationReport {
    try evaluate(
      target: target, speculative: try chain(target, drafter, endTokens), prompts: prompts,
      endTokens: endTokens, byteRatio: byteRatio, floor: floor, candidates: candidates, clock: clock)
  }

  /// The acceptance log alone, as during training.
  package func acceptance(
    _ speculative: any SpeculativeDecoding, prompts: [EvaluationPrompt]
  ) throws -> AcceptanceLog {
    try speculative.run(measured.requests(prompts)).log
  }

  private func chain<Target: SequenceModel, Drafter: SequenceModel>(
    _ target: Target, _ drafter: Drafter, _ endTokens: [Int32]
  ) throws -> SpeculativeDecoder<Target, Drafter> {
    try SpeculativeDecoder(
      target: target, drafter: drafter, draftLength: measured.shape.levels, stop: measured.shape.chain?.stop,
      seed: measured.seed, endTokens: endTokens)
  }

  /// Measures the floor on the prompts that gave the drafter's log.
  private func report(
    _ floor: NGramFloor, target: some SequenceModel, prompts: [EvaluationPrompt], endTokens: [Int32],
    beside log: AcceptanceLog
  ) throws -> FloorReport {
    let drafter = try NGramDrafter(
      order: floor.order, documents: floor.documents, vocabularySize: target.vocabularySize,
      lineCount: target.lineCount, capacity: target.capacity)
    let own = try acceptance(try chain(target, drafter, endTokens), prompts: prompts)
    return FloorReport(
      order: floor.order, countedTokens: floor.documents.reduce(0) { $0 + $1.count },
      overall: figures(own, nil), domains: domains(own, nil),
      advantage: PairedComparison(log, own, bootstrap: measured.bootstrap))
  }

  private func domains(
    _ log: AcceptanceLog, _ byteRatio: Double?
  ) -> [(name: String, figures: EvaluationFigures)] {
    log.domains.map { ($0, figures(log.restricted(to: $0), byteRatio)) }
  }

  private func figures(_ log: AcceptanceLog, _ byteRatio: Double?) -> EvaluationFigures {
    let isAdaptive = measured.shape.chain?.stop != nil
    return EvaluationFigures(
      log, drafterCalls: isAdaptive ? nil : measured.shape.levels, byteRatio: byteRatio,
      bootstrap: measured.bootstrap)
  }
}
