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
    // Where head and embedding were one, the new head has no name among the old parameters.
    model.store.copy(store, leavingOut: [model.head.name])
    model.store.write(rowsOfHead(vocabulary), to: model.head)
    return model
  }

  /// The head, or its rows of a draft vocabulary.
  package func rowsOfHead(_ vocabulary: DraftVocabulary?) -> [Float] {
    vocabulary.map { store.rows(of: head, $0.targetIDs) } ?? store.read(head)
  }
}

extension ParameterStore {
  /// Takes over the values of the parameters of the same names; traps where one has none.
  package func copy(_ other: ParameterStore, leavingOut names: Set<String> = []) {
    let originals = Dictionary(uniqueKeysWithValues: other.parameters.map { ($0.name, $0) })
    for parameter in parameters where !names.contains(parameter.name) {
      guard let original = originals[parameter.name] else {
        preconditionFailure("no '\(parameter.name)' to copy")
      }
      write(other.read(original), to: parameter)
    }
  }

  /// Some rows of a matrix, one after another.
  package func rows(of matrix: Parameter, _ indices: [Int32]) -> [Float] {
    let (values, width) = (read(matrix), matrix.shape.columns)
    return indices.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] }
  }
}
