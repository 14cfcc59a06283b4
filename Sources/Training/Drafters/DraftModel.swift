package import Autodiff
package import Models

/// What drafts, or is trained to: a language model of its own, or a drafter that reads the target's hidden states.
package enum DraftModel {
  case standalone(LanguageModel)
  case features(any FeatureDrafter)
  /// A language model, frozen, with a head that predicts which of its tokens will be accepted.
  case predicting(LanguageModel, AcceptanceHead)

  /// Its own parameters; what it shares with the target stays in the target's store.
  package var store: ParameterStore {
    switch self {
    case .standalone(let model): model.store
    case .features(let drafter): drafter.store
    case .predicting(_, let head): head.store
    }
  }

  /// The language model; nil where it cannot speak without a target.
  package var languageModel: LanguageModel? {
    switch self {
    case .standalone(let model), .predicting(let model, _): model
    case .features: nil
    }
  }

  /// Predicts which of its tokens will be accepted; nil where it has no such head.
  package var acceptanceHead: AcceptanceHead? {
    if case .predicting(_, let head) = self { head } else { nil }
  }

  /// Weights that drafting one token reads from memory, what is the target's as well included.
  package var decodedWeightCount: Int {
    switch self {
    case .standalone(let model): model.configuration.decodedWeightCount
    case .features(let drafter): drafter.decodedWeightCount
    case .predicting(let model, let head): model.configuration.decodedWeightCount + head.store.weightCount
    }
  }

  /// Names of the embedding and the head among its own parameters: matrices that some optimizers treat apart.
  package var vocabularyParameters: Set<String> {
    switch self {
    case .standalone(let model): [model.embedding.weight.name, model.head.name]
    case .features(let drafter): Set(drafter.heads.map(\.name))
    case .predicting: []
    }
  }

  /// The same with the head's rows of a draft vocabulary only (VocabTrim).
  ///
  /// - Returns: a frozen model; of a head that is the target's own it has a copy of the rows.
  package func trimmed(to vocabulary: DraftVocabulary, on backend: any Backend) -> DraftModel {
    switch self {
    case .standalone(let model): .standalone(model.trimmed(to: vocabulary, on: backend))
    case .features(let drafter): .features(drafter.trimmed(to: vocabulary, on: backend))
    case .predicting(let model, let head): .predicting(model.trimmed(to: vocabulary, on: backend), head)
    }
  }

  /// Rows of its head.
  package var headRowCount: Int {
    switch self {
    case .standalone(let model), .predicting(let model, _): model.configuration.headRowCount
    case .features(let drafter): drafter.headRowCount
    }
  }

  /// Gives the memory of its own weights back, but for an acceptance head's; no graph may use it any more.
  package func release() {
    switch self {
    case .standalone(let model), .predicting(let model, _): model.store.release()
    case .features(let drafter): drafter.release()
    }
  }

  /// The same architecture with drawn weights, as for a measurement.
  ///
  /// - Parameter target: what a drafter of hidden states reads; it must be of the size of this one's.
  package func untrained(over target: LanguageModel?, on backend: any Backend, positions: Int) -> DraftModel {
    switch self {
    case .standalone(let model):
      return .standalone(Self.drawn(model, on: backend, positions: positions, isTrainable: true))
    case .predicting(let model, let head):
      let made = head.untrained(on: backend)
      made.store.initialize(seed: 1)
      return .predicting(Self.drawn(model, on: backend, positions: positions, isTrainable: false), made)
    case .features(let drafter):
      guard let target else { preconditionFailure("a drafter of hidden states without a target") }
      let made = drafter.untrained(over: target, on: backend, positions: positions)
      made.store.initialize(seed: 1)
      return .features(made)
    }
  }

  private static func drawn(
    _ model: LanguageModel, on backend: any Backend, positions: Int, isTrainable: Bool
  ) -> LanguageModel {
    let made = LanguageModel(
      model.configuration, on: backend, positions: positions, isTrainable: isTrainable, isLoaded: false)
    made.store.initialize(seed: 1)
    return made
  }
}
