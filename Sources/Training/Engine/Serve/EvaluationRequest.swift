package import Autodiff
internal import DraftData
internal import Drafters
package import Evaluation
internal import FileSystem
internal import Models

/// `pacer evaluate`: a trained drafter against its target, by the fixed protocol.
package struct EvaluationRequest {
  /// A run folder, a checkpoint or a model.
  package var drafter: String
  /// A model; nil: the one of the drafter's recipe.
  package var target: String?
  /// A folder with an acceptance head for the drafter; nil: none, or the run's own.
  package var acceptanceHead: String?
  /// A JSONL file of prompts; nil: the held-out prompts of the drafter's recipe.
  package var prompts: String?
  /// How the matrices of `target` are kept in memory, which leaves the recipe's target as the recipe says.
  package var storage = ElementType.float32
  package var shape = DraftShape.chain(4)
  package var temperature = 0.0
  package var promptCount = 64
  package var promptTokens = 24
  package var newTokens = 160
  package var seed = 0
  /// Prompts that are decoded once more, one at a time, to measure wall-clock speed.
  package var timedPrompts = EvaluationProtocol.standardTimedPrompts
  /// The order of the n-gram model to measure beside the drafter; nil: 5 where `floorText` is given, else none.
  package var floor: Int?
  /// What that model counts: a file of documents or a corpus; nil: what the drafter's run learnt last.
  package var floorText: String?
  /// Candidates at one position for which verification rules are set beside their bounds; nil: none.
  package var candidates: Int?
  /// Whether the report holds all trees.
  package var recordsTrees = false
  /// Whether greedy texts are compared with the target's own, which writes all of them once more.
  package var comparesTexts = true

  /// A request with the protocol's defaults.
  package init(drafter: String) { self.drafter = drafter }

  /// Measures.
  ///
  /// - Throws: `InputError` when target or prompts are neither given nor known, or do not fit.
  package func run(on backend: CPUBackend) throws -> EvaluationReport {
    try measure(shape, of: try subject(room: shape.room, on: backend), on: backend)
  }

  /// What is measured, ready in memory.
  struct Subject {
    let trained: TrainedModel
    let drafter: DraftModel
    let target: LoadedModel
    let prompts: [EvaluationPrompt]
  }

  /// Loads drafter, target and prompts.
  ///
  /// - Parameter room: positions that a cache needs behind a text.
  /// - Throws: `InputError` when target or prompts are neither given nor known, or do not fit.
  func subject(room: Int, on backend: CPUBackend) throws -> Subject {
    let positions = promptTokens + newTokens + room
    let trained = try TrainedModel.load(
      drafter, on: backend, positions: positions, target: target, targetStorage: storage)
    guard let target = try trained.target() else {
      throw InputError(
        .usage, key: "--target", found: "'\(drafter)' does not say what its target is",
        expected: "--target with a model")
    }
    return Subject(
      trained: trained, drafter: try headed(trained.model, on: backend), target: target,
      prompts: try evaluationPrompts(trained, target))
  }

  /// Measures a shape.
  func measure(_ shape: DraftShape, of subject: Subject, on backend: CPUBackend) throws -> EvaluationReport {
    let session = try EvaluationSession(
      target: subject.target.model, drafter: subject.drafter, shape: shape, temperature: temperature,
      promptCount: min(promptCount, subject.prompts.count), promptTokens: promptTokens, newTokens: newTokens,
      seed: UInt64(seed), timedPrompts: timedPrompts, on: backend)
    return try session.run(
      subject.prompts, floor: try floor(subject.trained, subject.target), candidates: candidates,
      trees: recordsTrees ? .all : .none, comparesTexts: comparesTexts)
  }

  /// The drafter with the acceptance head that was named.
  private func headed(_ model: DraftModel, on backend: CPUBackend) throws -> DraftModel {
    guard let acceptanceHead else { return model }
    if model.featureDrafter is MedusaDrafter {
      throw AcceptanceHead.doesNotFitMedusa(file: acceptanceHead, key: "--acceptance-head")
    }
    let files = try AcceptanceHeadFiles(acceptanceHead, hiddenSize: model.headInputSize)
    return .predicting(model.drafter, try files.load(on: backend))
  }

  private func evaluationPrompts(_ trained: TrainedModel, _ target: LoadedModel) throws -> [EvaluationPrompt]
  {
    guard let path = prompts else {
      guard let own = try trained.prompts(count: promptCount) else {
        throw InputError(
          .usage, key: "--prompts", found: "'\(drafter)' has no recipe with prompts",
          expected: "--prompts with a JSONL file of {\"domain\": …, \"prompt\": …}")
      }
      return own
    }
    let tokenizer = try tokenizer(trained, target)
    return try PromptSet.read(path, domain: "text").prompts.map { prompt in
      EvaluationPrompt(tokens: tokenizer.encodePrompt(prompt.text), domain: prompt.domain)
    }.filter { !$0.tokens.isEmpty }
  }

  func tokenizer(_ trained: TrainedModel, _ target: LoadedModel) throws -> any Tokenizer {
    guard let tokenizer = try target.tokenizer ?? trained.tokenizer() else {
      throw InputError(.usage, file: target.path, key: "--target", found: "it has no tokenizer")
    }
    return tokenizer
  }
}
