internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// What trimming must know of a drafter's head.
struct TrimSubject {
  let vocabularySize: Int
  let hiddenSize: Int
  let endTokens: [Int32]

  /// - Throws: `InputError` for a head that is trimmed already, or the target's own.
  init(_ trained: TrainedModel) throws {
    let configuration: ModelConfiguration
    switch trained.model {
    case .standalone(let model):
      configuration = model.configuration
      try Self.check(rows: model.configuration.headRowCount, of: configuration.vocabularySize, trained.path)
    case .features(let drafter):
      guard drafter.ownsHead, let target = try trained.target()?.model.configuration else {
        throw InputError(
          .usage, file: trained.path, found: "a drafter whose head is the target's own",
          expected: "a language model or an eagle3 drafter, whose heads are theirs")
      }
      configuration = target
      try Self.check(rows: drafter.head.shape.rows, of: configuration.vocabularySize, trained.path)
    }
    vocabularySize = configuration.vocabularySize
    hiddenSize = configuration.hiddenSize
    endTokens = configuration.endTokens
  }

  private static func check(rows: Int, of size: Int, _ path: String) throws {
    guard rows < size else { return }
    throw InputError(
      .usage, file: path, found: "its head was trimmed to \(rows) tokens already",
      expected: "a drafter with a whole head")
  }
}
