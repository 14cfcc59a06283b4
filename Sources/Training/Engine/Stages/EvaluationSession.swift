package import Autodiff
package import Drafters
package import Evaluation
internal import FileSystem
package import Models

/// Target and drafter side by side, ready to be measured.
package struct EvaluationSession {
  private let measured: EvaluationProtocol
  private let decoders: DecoderPair
  private let byteRatio: Double

  /// Takes the caches' memory.
  ///
  /// - Throws: `InputError` for a drafter with another vocabulary, counts below 1, or candidates that are drawn where
  ///   nothing is.
  package init(
    target: LanguageModel, drafter: DraftModel, shape: DraftShape, temperature: Double, promptCount: Int,
    promptTokens: Int, newTokens: Int, seed: UInt64,
    timedPrompts: Int = EvaluationProtocol.standardTimedPrompts, on backend: any Backend
  ) throws {
    guard target.configuration.draftVocabulary == nil else {
      throw InputError(
        .usage, key: "target", found: "its head was trimmed to \(target.configuration.headRowCount) tokens",
        expected: "a target that can write every token")
    }
    measured = try EvaluationProtocol(
      promptCount: max(promptCount, 1), promptTokens: promptTokens, newTokens: newTokens, shape: shape,
      sampling: temperature == 0 ? .greedy : try SamplingSettings(temperature: temperature), seed: seed,
      timedPrompts: timedPrompts)
    decoders = DecoderPair(
      target: target, drafter: drafter, shape: shape, promptCount: promptCount, promptTokens: promptTokens,
      newTokens: newTokens, on: backend)
    // Both run in float32 here, so that bytes are as parameters.
    byteRatio = Double(drafter.decodedWeightCount) / Double(target.configuration.decodedWeightCount)
  }

  /// Acceptance, agreement with the target's own text, wall-clock speed, the floor if there is one, and rules for some
  /// `candidates` at one position and trees if they are asked for.
  package func run(
    _ prompts: [EvaluationPrompt], floor: NGramFloor? = nil, candidates: Int? = nil,
    trees: TreeRecording = .none, comparesTexts: Bool = true
  ) throws -> EvaluationReport {
    try Evaluator(protocol: measured).evaluate(
      target: decoders.target,
      speculative: try decoders.speculative(seed: measured.seed),
      prompts: prompts,
      endTokens: decoders.target.model.configuration.endTokens, byteRatio: byteRatio, floor: floor,
      candidates: candidates, trees: trees, comparesTexts: comparesTexts, clock: ContinuousClock())
  }
}
