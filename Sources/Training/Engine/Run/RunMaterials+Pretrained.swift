internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

extension RunMaterials {
  /// The drafter that an acceptance head is trained over, with its weights, frozen; read once.
  ///
  /// - Throws: what `checked` does; `InputError` for a drafter whose rows do not read its drafts.
  func headedDrafter(_ recipe: AcceptanceHeadRecipe) throws -> DraftModel {
    try headed {
      if let format = try FeatureDrafterFiles.format(of: recipe.path) {
        return .features(try frozenDrafter(recipe.path, format))
      }
      var published = PretrainedRecipe()
      published.path = recipe.path
      let files = try pretrained(published)
      let model = LanguageModel(
        files.configuration, on: backend, positions: positions(of: files.configuration), isTrainable: false,
        isLoaded: true)
      if readsWeights { try model.store.load(files.tensors) }
      return .standalone(model)
    }
  }

  private func frozenDrafter(_ path: String, _ format: FeatureDrafterFormat) throws -> any FeatureDrafter {
    guard format.kind != .medusa else { throw AcceptanceHead.doesNotFitMedusa(file: path, key: key) }
    let target = try readTarget()
    let files = try FeatureDrafterFiles(path, format, target: target.configuration)
    return readsWeights
      ? try files.load(over: target, on: backend, isTrainable: false)
      : files.make(over: target, on: backend, isTrainable: false)
  }

  /// Opens the published model that a recipe goes on from, and sees whether the run can train it.
  ///
  /// - Throws: `InputError` for files that are damaged, and for a model that cannot be trained by this recipe: its head
  ///   was cut, its tokens are not the target's, or it was made for shorter sequences than the stages need.
  func checked(_ recipe: PretrainedRecipe) throws -> ModelFiles {
    let files = try ModelLoader.open(path: recipe.path)
    func refusal(_ found: String, expected: String, remedy: String? = nil) -> InputError {
      InputError(
        .usage, file: recipe.path, key: key, found: found, expected: expected, remedy: remedy)
    }
    let configuration = files.configuration
    guard configuration.draftVocabulary == nil else {
      throw refusal(
        "its head was cut to \(configuration.headRowCount) of \(configuration.vocabularySize) tokens",
        expected: "a whole head", remedy: "Go on from the model before pacer trim")
    }
    guard longestSequence <= configuration.maxPositions else {
      throw refusal(
        "a model for sequences of up to \(configuration.maxPositions) tokens",
        expected: "\(longestSequence) or more, which the stages need", remedy: "Shorten the stages' sequences"
      )
    }
    if let difference = try differenceFromTarget(files) {
      throw refusal(
        difference, expected: "the target's tokens, or the drafter's words would mean others to it",
        remedy: "Go on from a model that shares the target's tokenizer")
    }
    return files
  }

  /// Where the recipe names the published model.
  private var key: String { (recipe.drafter == nil ? "model" : "drafter") + ".path" }

  /// What makes its vocabulary another than the run's; nil when they are the same. Special tokens may bear other names:
  /// fine-tuned models rename reserved ones.
  private func differenceFromTarget(_ files: ModelFiles) throws -> String? {
    let wanted = try targetFiles()?.configuration.vocabularySize
    let size = files.configuration.vocabularySize
    if let wanted, wanted != size { return "a vocabulary of \(size), the target's is \(wanted)" }
    guard let own = try files.tokenizer() else { return nil }
    let others = try tokenizer()
    for id in 0..<Int32(size) where !(own.isSpecial(id) && others.isSpecial(id)) {
      let (ours, theirs) = (own.token(id), others.token(id))
      guard ours != theirs else { continue }
      func shown(_ token: String?) -> String {
        token.map { "'\(DisplayText.escaped($0, limit: 40))'" } ?? "nothing"
      }
      return "token \(id) is \(shown(ours)), in the run's tokenizer \(shown(theirs))"
    }
    return nil
  }
}
