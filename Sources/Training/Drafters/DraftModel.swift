package import Autodiff
package import Models

/// What drafts, or is trained to: a language model of its own, or a drafter that reads the target's hidden states.
package indirect enum DraftModel {
  case standalone(LanguageModel)
  case features(any FeatureDrafter)
  /// Another, frozen, with a head that predicts which of its tokens will be accepted.
  case predicting(DraftModel, AcceptanceHead)

  /// Its own parameters; what it shares with the target stays in the target's store.
  package var store: ParameterStore {
    switch self {
    case .standalone(let model): model.store
    case .features(let drafter): drafter.store
    case .predicting(_, let head): head.store
    }
  }

  /// What writes the drafts: itself, or what is under an acceptance head.
  package var drafter: DraftModel {
    if case .predicting(let drafter, _) = self { drafter } else { self }
  }

  /// The language model that writes the drafts; nil where what writes them cannot speak without a target.
  package var languageModel: LanguageModel? {
    if case .standalone(let model) = drafter { model } else { nil }
  }

  /// What writes the drafts, where that reads the target's hidden states.
  package var featureDrafter: (any FeatureDrafter)? {
    if case .features(let features) = drafter { features } else { nil }
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
    case .predicting(let drafter, let head): drafter.decodedWeightCount + head.store.weightCount
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
    case .predicting(let drafter, let head): .predicting(drafter.trimmed(to: vocabulary, on: backend), head)
    }
  }

  /// Rows of its head.
  package var headRowCount: Int {
    switch self {
    case .standalone(let model): model.configuration.headRowCount
    case .features(let drafter): drafter.headRowCount
    case .predicting(let drafter, _): drafter.headRowCount
    }
  }

  /// Width of what its head reads.
  package var headInputSize: Int {
    switch self {
    case .standalone(let model): model.configuration.hiddenSize
    case .features(let drafter): drafter.head(of: 0).shape.columns
    case .predicting(let drafter, _): drafter.headInputSize
    }
  }

  /// Gives the memory of its own weights back, but for an acceptance head's; no graph may use it any more.
  package func release() {
    switch self {
    case .standalone(let model): model.store.release()
    case .features(let drafter): drafter.release()
    case .predicting(let drafter, _): drafter.release()
    }
  }

  /// The same architecture with drawn weights, as for a measurement.
  ///
  /// - Parameter target: what a drafter of hidden states reads; it must be of the size of this one's.
  package func untrained(over target: LanguageModel?, on backend: any Backend, positions: Int) -> DraftModel {
    switch self {
    case .standalone(let model):
      let made = LanguageModel(
        model.configuration, on: backend, positions: positions, isTrainable: true, isLoaded: false)
      made.store.initialize(seed: 1)
      return .standalone(made)
    case .predicting(let drafter, let head):
      let made = head.untrained(on: backend)
      made.store.initialize(seed: 1)
      return .predicting(drafter.untrained(over: target, on: backend, positions: positions), made)
    case .features(let drafter):
      guard let target else { preconditionFailure("a drafter of hidden states without a target") }
      let made = drafter.untrained(over: target, on: backend, positions: positions)
      made.store.initialize(seed: 1)
      return .features(made)
    }
  }
}
