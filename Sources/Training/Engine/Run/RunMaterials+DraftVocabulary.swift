internal import DraftData
internal import FileSystem
internal import Models

extension RunMaterials {
  /// The drafter as a stage wants it: as it is, or with a head for a part of the vocabulary.
  ///
  /// - Parameters:
  ///   - settings: nil: as it is.
  ///   - stages: how many stages of the recipe have begun; by default the last training stage among them names what is
  ///     counted.
  func drafter(
    _ model: LanguageModel, _ settings: DraftVocabularyRecipe?, stages: Int
  ) throws -> LanguageModel {
    guard let settings else { return model }
    let size = model.configuration.vocabularySize
    guard settings.size < size else {
      throw InputError(
        .usage, key: "draft_vocabulary.size", found: "\(settings.size)",
        expected: "less than the vocabulary of \(size)")
    }
    var calibration = VocabularyCalibration(vocabularySize: size)
    for name in calibrationSources(settings, stages: stages) {
      calibration.add(try store(name, scope: .responses, includesTeacher: false))
    }
    let vocabulary = calibration.vocabulary(size: settings.size, keeping: model.configuration.endTokens)
    return model.trimmed(to: vocabulary, on: backend)
  }

  private func calibrationSources(_ settings: DraftVocabularyRecipe, stages: Int) -> [String] {
    guard settings.calibration.isEmpty else { return settings.calibration }
    return recipe.stages.prefix(stages).compactMap(\.training).last?.mixture.names ?? []
  }
}
