package import Autodiff

extension LanguageModel {
  /// The same model with the head's rows of a draft vocabulary only: VocabTrim, which needs no training.
  ///
  /// - Returns: a frozen model; where head and embedding were one, the head is now a copy of the embedding's rows.
  package func trimmed(to vocabulary: DraftVocabulary, on backend: any Backend) -> LanguageModel {
    precondition(
      configuration.draftVocabulary == nil && vocabulary.targetSize == configuration.vocabularySize,
      "a head of \(configuration.headRowCount) rows cannot be trimmed to a part of \(vocabulary.targetSize)")
    var smaller = configuration
    smaller.tiesEmbeddings = false
    smaller.draftVocabulary = vocabulary
    let model = LanguageModel(
      smaller, on: backend, positions: rotary.positionCount, isTrainable: false, isLoaded: true)
    let own = Dictionary(uniqueKeysWithValues: store.parameters.map { ($0.name, $0) })
    for parameter in model.store.parameters where parameter.name != model.head.name {
      guard let original = own[parameter.name] else { preconditionFailure("no '\(parameter.name)' to copy") }
      model.store.write(store.read(original), to: parameter)
    }
    model.store.write(store.rows(of: head, vocabulary.targetIDs), to: model.head)
    return model
  }

  /// The head, or its rows of a draft vocabulary.
  package func rowsOfHead(_ vocabulary: DraftVocabulary?) -> [Float] {
    vocabulary.map { store.rows(of: head, $0.targetIDs) } ?? store.read(head)
  }
}

extension ParameterStore {
  /// Some rows of a matrix, one after another.
  package func rows(of matrix: Parameter, _ indices: [Int32]) -> [Float] {
    let (values, width) = (read(matrix), matrix.shape.columns)
    return indices.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] }
  }
}
