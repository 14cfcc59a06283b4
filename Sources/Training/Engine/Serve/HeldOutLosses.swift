package import Autodiff
internal import DraftData
internal import FileSystem
internal import Models

/// `pacer losses`: how well a model predicts the documents that each data source of a recipe keeps from training.
package struct HeldOutLosses {
  private let recipe: Recipe
  private let model: String
  /// Tokens of each source at most: documents are taken in their order until they are reached.
  package var tokenLimit = 20_000
  /// Tokens of a document at most, its first ones; nil: as many as the model was made for.
  package var documentLimit: Int?

  /// - Parameter model: a run folder, a checkpoint, or a model on its own, with a tokenizer.
  package init(_ recipe: Recipe, model: String) {
    self.recipe = recipe
    self.model = model
  }

  /// What a model's predictions of one source cost.
  package struct Loss: Sendable, Equatable {
    /// As the recipe names it.
    package let source: String
    package let documents: Int
    /// Predicted tokens, the end of a text among them.
    package let tokens: Int
    /// UTF-8 bytes of what was predicted.
    package let bytes: Int
    /// Sum of negative log-probabilities, natural.
    package let nats: Double

    /// Cross-entropy of a token.
    package var natsPerToken: Double { nats / Double(tokens) }
    /// Independent of the tokenizer.
    package var bitsPerByte: Double { nats / Double(bytes) / 0.6931471805599453 }
  }

  /// Scores the held-out documents of every source that holds some out.
  ///
  /// - Throws: `InputError` for a recipe none of whose sources holds anything out, a model without tokenizer, and
  ///   what cannot be read.
  package func run(on backend: CPUBackend) throws -> [Loss] {
    let names = recipe.data.entries.filter { $0.value.holdout > 0 }.map(\.name)
    guard !names.isEmpty else {
      throw InputError(
        .usage, key: "data", found: "no source keeps documents from training",
        expected: "a source with a holdout", remedy: "Set holdout: 0.05 for one of them")
    }
    let trained = try TrainedModel.load(model, on: backend)
    guard let tokenizer = try trained.tokenizer() else {
      throw InputError(.usage, file: model, found: "this model has no tokenizer", expected: "one beside it")
    }
    let encoder = DocumentEncoder(tokenizer)
    let documents = RunDocuments(recipe) { tokenizer }
    let languageModel = try trained.languageModel()
    let request = ScoreRequest(languageModel, on: backend)
    let limit = min(documentLimit ?? Int.max, languageModel.rotary.positionCount)
    return try names.compactMap { name in
      try loss(
        of: name, try documents.split(name).heldOut.map { Array(encoder.encode($0).tokens.prefix(limit)) },
        tokenizer, request)
    }
  }

  private func loss(
    of source: String, _ documents: [[Int32]], _ tokenizer: any Tokenizer, _ request: ScoreRequest
  ) throws -> Loss? {
    var (count, tokens, bytes, nats) = (0, 0, 0, 0.0)
    for document in documents where document.count > 1 && tokens < tokenLimit {
      let positions = try request.run(document).positions
      nats -= positions.compactMap(\.logProbability).reduce(0) { $0 + Double($1) }
      let first =
        tokenizer.openingTokens.first == document[0] ? 0 : tokenizer.decode([document[0]]).utf8.count
      bytes += tokenizer.decode(document).utf8.count - first
      tokens += document.count - 1
      count += 1
    }
    guard tokens > 0, bytes > 0 else { return nil }
    return Loss(source: source, documents: count, tokens: tokens, bytes: bytes, nats: nats)
  }
}
