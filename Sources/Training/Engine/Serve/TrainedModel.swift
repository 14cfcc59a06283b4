package import Autodiff
package import DraftData
package import Drafters
internal import Evaluation
internal import FileSystem
package import Models

/// What the command line calls a trained model: a run folder, one of its checkpoints, or a model on its own.
package struct TrainedModel {
  /// The weights to use: the averages where the checkpoint has some.
  package let model: DraftModel
  /// The recipe it comes from; nil for a model on its own.
  package let recipe: Recipe?
  /// The checkpoint's folder or the model's path.
  package let path: String
  private let materials: RunMaterials?
  private let loaded: LoadedModel?
  /// The target that the caller named.
  private let givenTarget: NamedTarget?
  /// How many stages of the recipe had begun when it was saved.
  private let begunStages: Int

  /// Loads a model.
  ///
  /// A run folder stands for its best checkpoint by measured acceptance length, else its newest.
  ///
  /// - Parameters:
  ///   - storage: how the matrices of a model on its own are kept in memory; those of a checkpoint are float32.
  ///   - target: the model to draft for, by its path; nil for that of the recipe. A drafter of hidden states that is not
  ///     a run needs it.
  /// - Throws: `InputError` when nothing is there or what is there is damaged.
  package static func load(
    _ path: String, on backend: CPUBackend, positions: Int? = nil, storage: ElementType = .float32,
    target: String? = nil, targetStorage: ElementType = .float32
  ) throws -> TrainedModel {
    let given = target.map {
      NamedTarget($0, on: backend, positions: positions, storage: targetStorage)
    }
    if RunFolder(path).exists {
      return try load(checkpoint: try bestCheckpoint(of: RunFolder(path)), given, positions, on: backend)
    }
    if Directory.kind(of: Path.joined(path, Checkpoint.fileName)) == .file {
      return try load(checkpoint: try Checkpoint(folder: path), given, positions, on: backend)
    }
    if let format = try FeatureDrafterFiles.format(of: path) {
      return try load(drafter: path, format, given, on: backend)
    }
    let loaded = try ModelLoader.load(path: path, on: backend, positions: positions, storage: storage)
    return TrainedModel(
      model: .standalone(loaded.model), recipe: nil, path: path, materials: nil, loaded: loaded,
      givenTarget: given, begunStages: 0)
  }

  private static func load(
    drafter path: String, _ format: FeatureDrafterFormat, _ given: NamedTarget?, on backend: CPUBackend
  ) throws -> TrainedModel {
    guard let target = try given?.model() else {
      throw InputError(
        .usage, file: path, key: "--target",
        found: "a drafter that reads a target's hidden states, without one",
        expected: "--target with the model that it was trained for")
    }
    let files = try FeatureDrafterFiles(path, format, target: target.model.configuration)
    return TrainedModel(
      model: .features(try files.load(over: target.model, on: backend, isTrainable: false)), recipe: nil,
      path: path, materials: nil, loaded: nil, givenTarget: given, begunStages: 0)
  }

  private static func bestCheckpoint(of folder: RunFolder) throws -> Checkpoint {
    guard let newest = try DurableDirectory.newestValid(in: folder.checkpoints, prefix: Checkpoint.prefix)
    else {
      throw InputError(
        .missing, file: folder.checkpoints, found: "no checkpoint",
        remedy: "Go on with the run: pacer resume \(folder.path)")
    }
    let last = try Checkpoint(folder: newest.folder)
    for best in last.progress.best {
      let path = Path.joined(folder.checkpoints, Checkpoint.prefix + String(best.step))
      if Directory.kind(of: path) == .folder { return try Checkpoint(folder: path) }
    }
    return last
  }

  private static func load(
    checkpoint: Checkpoint, _ given: NamedTarget?, _ positions: Int?, on backend: CPUBackend
  ) throws -> TrainedModel {
    let file = Path.joined(checkpoint.folder, Checkpoint.fileName)
    let recipe = try ResolvedRecipe.load(text: try checkpoint.notes().recipe, file: file).recipe
    // Checkpoints lie two folders below the run, whose tokenizer may be needed.
    let folder = RunFolder(Path.folder(of: Path.folder(of: checkpoint.folder)))
    let materials = RunMaterials(recipe, folder: folder, backend: backend, positions: positions ?? 0)
    if let given, recipe.drafter?.needsTarget == true { materials.verify(with: try given.model()) }
    let trainee = try Trainee(materials, frozen: [])
    try trainee.adoptVocabulary(materials)
    try checkpoint.restoreWeights(of: trainee.model.store, on: backend)
    return TrainedModel(
      model: trainee.model, recipe: recipe, path: checkpoint.folder, materials: materials, loaded: nil,
      givenTarget: given, begunStages: checkpoint.progress.begunStages)
  }

  /// The language model that it is.
  ///
  /// - Throws: `InputError` for a drafter that reads a target's states, and says nothing by itself.
  package func languageModel() throws -> LanguageModel {
    if let model = model.languageModel { return model }
    throw InputError(
      .usage, file: path, found: "a drafter that reads a target's hidden states and says nothing by itself",
      expected: "a language model", remedy: "It can be evaluated with its target, and exported")
  }

  /// The tokenizer that belongs to it; nil where it has none.
  package func tokenizer() throws -> (any Tokenizer)? {
    try materials?.tokenizer() ?? loaded?.tokenizer ?? givenTarget?.model().tokenizer
  }

  /// The tokenizer as files, for an export.
  func tokenizerFiles() throws -> TokenizerFiles? {
    if let materials { return try materials.tokenizerFiles() }
    return try (loaded ?? givenTarget?.model())?.files.tokenizerFiles()
  }

  /// The target that was named, else that of its recipe; nil where there is none.
  func target() throws -> LoadedModel? { try givenTarget?.model() ?? materials?.target() }

  /// The n-gram model of what it learnt last; nil where that is not known.
  func floor(order: Int) throws -> NGramFloor? { try materials?.floor(order: order, stages: begunStages) }

  /// The held-out prompts of its recipe's evaluate stages.
  func prompts(count: Int) throws -> [EvaluationPrompt]? {
    guard let materials, !materials.recipe.prompts.entries.isEmpty else { return nil }
    return try materials.prompts([], count: count)
  }
}
