internal import Autodiff
internal import Drafters
internal import Evaluation
internal import FileSystem
internal import Models

/// Target and drafter with their caches, for draft-and-verify on some prompts.
struct DecoderPair {
  let target: CachedDecoder
  private let drafter: Drafter
  private let shape: DraftShape

  /// Prompts decoded side by side at most.
  private static let largestLineCount = 32

  private enum Drafter {
    case chain(CachedDecoder, AcceptancePredictor?)
    case tree(CachedDecoder)
    case features(FeatureDecoder, AcceptancePredictor?)
    case heads(MedusaDecoder)
  }

  /// How many of so many prompts are decoded side by side.
  static func lineCount(for prompts: Int) -> Int { max(1, min(prompts, largestLineCount)) }

  /// Takes the caches' memory.
  init(
    target: LanguageModel, drafter: DraftModel, shape: DraftShape, promptCount: Int, promptTokens: Int,
    newTokens: Int, on backend: any Backend
  ) {
    let capacity = promptTokens + newTokens + shape.room
    let lines = Self.lineCount(for: promptCount)
    self.shape = shape
    let asked = shape.chain?.stop?.needsPredictions == true ? drafter.acceptanceHead : nil
    let predictor = asked.map { AcceptancePredictor($0, on: backend) }
    switch drafter.drafter {
    case .standalone(let model):
      self.drafter = Self.drafter(model, predictor, shape, on: backend, lines: lines, capacity: capacity)
    case .features(let model):
      self.drafter = Self.drafter(model, predictor, on: backend, lines: lines, capacity: capacity)
    case .predicting: preconditionFailure("an acceptance head over another")
    }
    self.target = CachedDecoder(
      target, on: backend, lines: lines, capacity: capacity, showing: drafter.featureDrafter?.tappedLayers)
  }

  private static func drafter(
    _ model: LanguageModel, _ predictor: AcceptancePredictor?, _ shape: DraftShape, on backend: any Backend,
    lines: Int, capacity: Int
  ) -> Drafter {
    guard shape.chain != nil else {
      return .tree(CachedDecoder(model, on: backend, lines: lines, capacity: capacity, normalizing: true))
    }
    return .chain(
      CachedDecoder(
        model, on: backend, lines: lines, capacity: capacity, showing: predictor == nil ? nil : []),
      predictor)
  }

  private static func drafter(
    _ model: any FeatureDrafter, _ predictor: AcceptancePredictor?, on backend: any Backend, lines: Int,
    capacity: Int
  ) -> Drafter {
    switch model {
    case let heads as MedusaDrafter: .heads(MedusaDecoder(heads, on: backend, lines: lines))
    case let recurrent as any RecurrentDrafter:
      .features(
        FeatureDecoder(
          recurrent, on: backend, lines: lines, capacity: capacity, showingOutputs: predictor != nil),
        predictor)
    default: preconditionFailure("no decoder for \(type(of: model))")
    }
  }

  /// What decodes with both.
  ///
  /// - Throws: `InputError` for models or shapes that do not fit together.
  func speculative(seed: UInt64) throws -> any SpeculativeDecoding {
    let endTokens = target.model.configuration.endTokens
    guard predictor != nil || shape.chain?.stop?.needsPredictions != true else { throw Self.missingHead }
    switch drafter {
    case .chain(let model, let predictor):
      return try SpeculativeDecoder(
        target: target, drafter: model, draftLength: shape.levels, stop: shape.chain?.stop,
        predictor: predictor, seed: seed, endTokens: endTokens)
    case .tree, .features, .heads:
      return try treeDecoder(seed: seed, endTokens)
    }
  }

  private var predictor: AcceptancePredictor? {
    switch drafter {
    case .chain(_, let predictor), .features(_, let predictor): predictor
    case .tree, .heads: nil
    }
  }

  private static var missingHead: InputError {
    InputError(
      .usage, key: "stop",
      found: "a rule that asks how likely tokens are accepted, of a drafter without a head for it",
      expected: "a run whose drafter is an acceptance-head, or --acceptance-head with one")
  }

  private func treeDecoder(seed: UInt64, _ endTokens: [Int32]) throws -> TreeSpeculativeDecoder {
    switch drafter {
    case .chain(let model, _), .tree(let model):
      try TreeSpeculativeDecoder(
        target: target, drafter: model, shape: shape, seed: seed, endTokens: endTokens)
    case .features(let model, let predictor):
      try TreeSpeculativeDecoder(
        target: target, drafter: model, predictor: predictor, shape: shape, seed: seed, endTokens: endTokens)
    case .heads(let heads):
      try TreeSpeculativeDecoder(target: target, heads: heads, shape: shape, seed: seed, endTokens: endTokens)
    }
  }

  /// Plans the largest passes, so that no more memory will be taken.
  func prepare() {
    let lines = target.lineCount
    let isChain = if case .chain = drafter { true } else { false }
    let rows = isChain ? lines * shape.nodeCount : max(shape.nodeCount, target.rowLimit)
    let ancestors = isChain ? 0 : shape.levels + 1
    target.prepare(rows: max(rows, target.rowLimit), outputs: 1)
    target.prepare(rows: rows, outputs: rows, ancestors: ancestors)
    switch drafter {
    case .chain(let model, let predictor):
      model.prepare(rows: max(2 * lines, model.rowLimit), outputs: 1)
      model.prepare(rows: 2 * lines, outputs: lines)
      predictor?.prepare(rows: lines)
    case .tree(let model):
      model.prepare(rows: max(2 * lines, model.rowLimit), outputs: 1)
      model.prepare(
        rows: shape.frontierRows * lines, outputs: shape.frontierRows * lines, ancestors: ancestors)
    case .features(let model, let predictor):
      predictor?.prepare(rows: shape.frontierRows * lines)
      model.prepare(rows: model.rowLimit, outputs: lines, from: .target)
      model.prepare(
        rows: shape.frontierRows * lines, outputs: shape.frontierRows * lines, from: .drafter,
        ancestors: ancestors)
    case .heads(let heads): heads.prepare()
    }
  }
}
