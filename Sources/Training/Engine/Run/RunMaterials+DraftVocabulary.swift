internal import Autodiff
internal import DraftData
internal import FileSystem
internal import Models

extension RunMaterials {
  /// Lends the drafter as a stage wants it: as it is, or with a head for a part of the vocabulary, whose memory is given
  /// back afterwards.
  ///
  /// - Parameters:
  ///   - settings: nil: as it is.
  ///   - stages: how many stages of the recipe have begun; by default the last training stage among them names what is
  ///     counted.
  func withDrafter<Result>(
    _ model: LanguageModel, _ settings: DraftVocabularyRecipe?, stages: Int,
    _ body: (LanguageModel) throws -> Result
  ) throws -> Result {
    guard let settings else { return try body(model) }
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
    let trimmed = model.trimmed(to: vocabulary, on: backend)
    defer { trimmed.store.release() }
    return try body(trimmed)
  }

  private func calibrationSources(_ settings: DraftVocabularyRecipe, stages: Int) -> [String] {
    guard settings.calibration.isEmpty else { return settings.calibration }
    return lastTraining(of: stages)?.training?.mixture.names ?? []
  }
}
