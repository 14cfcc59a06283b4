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

  /// - Throws: `InputError` for a head that is trimmed already.
  init(_ trained: TrainedModel) throws {
    guard let configuration = try (trained.model.languageModel ?? trained.target()?.model)?.configuration
    else {
      preconditionFailure("a drafter of hidden states is loaded with its target")
    }
    try Self.check(rows: trained.model.headRowCount, of: configuration.vocabularySize, trained.path)
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
