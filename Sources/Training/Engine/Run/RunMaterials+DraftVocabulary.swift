internal import Autodiff
internal import DraftData
internal import Drafters
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
    _ model: DraftModel, _ settings: DraftVocabularyRecipe?, stages: Int,
    _ body: (DraftModel) throws -> Result
  ) throws -> Result {
    guard let settings,
      let configuration = try model.languageModel?.configuration ?? targetFiles()?.configuration
    else { return try body(model) }
    let vocabulary = try vocabulary(
      settings, calibration: calibrationSources(settings, stages: stages),
      of: configuration, key: "draft_vocabulary.size")
    let trimmed = model.trimmed(to: vocabulary, on: backend)
    defer { trimmed.release() }
    return try body(trimmed)
  }

  /// The vocabulary that an eagle3 drafter is trained with: chosen once, and kept in the run folder from then on.
  ///
  /// - Throws: `InputError` for a size that is none, and for what cannot be read.
  func trainedVocabulary(_ settings: DraftVocabularyRecipe) throws -> DraftVocabulary {
    guard let target = try targetFiles()?.configuration else {
      preconditionFailure("a drafter without a target has passed the checks of recipes")
    }
    let file = DraftVocabularyFile(in: folder.path)
    if let chosen = try file.read(targetSize: target.vocabularySize) { return chosen }
    let sources =
      settings.calibration.isEmpty
      ? recipe.stages.lazy.compactMap(\.training).first?.mixture.names ?? [] : settings.calibration
    let chosen = try vocabulary(
      settings, calibration: sources, of: target, key: "drafter.draft_vocabulary.size")
    try file.write(chosen)
    return chosen
  }

  private func vocabulary(
    _ settings: DraftVocabularyRecipe, calibration sources: [String], of configuration: ModelConfiguration,
    key: String
  ) throws -> DraftVocabulary {
    let size = configuration.vocabularySize
    guard settings.size < size else {
      throw InputError(
        .usage, key: key, found: "\(settings.size)", expected: "less than the vocabulary of \(size)")
    }
    var calibration = VocabularyCalibration(vocabularySize: size)
    for name in sources {
      calibration.add(try store(name, scope: .responses, includesTeacher: false))
    }
    return calibration.vocabulary(size: settings.size, keeping: configuration.endTokens)
  }

  private func calibrationSources(_ settings: DraftVocabularyRecipe, stages: Int) -> [String] {
    guard settings.calibration.isEmpty else { return settings.calibration }
    return lastTraining(of: stages)?.training?.mixture.names ?? []
  }
}
