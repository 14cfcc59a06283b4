internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// The model that a run trains. It is built anew when a stage freezes other parameters than the one before.
struct Trainee {
  private(set) var model: DraftModel
  let targetParameters: Int?
  private let recipe: DrafterRecipe
  private var frozen: [String]

  /// Builds the model for a stage of a run; its weights are not set yet.
  init(_ context: StageContext, stage: Int) throws {
    let stages = context.recipe.stages
    try self.init(
      context.materials, frozen: stage < stages.count ? stages[stage].training?.freeze ?? [] : [])
  }

  /// Builds the model with some parameters frozen; its weights are not set yet.
  init(_ materials: RunMaterials, frozen: [String]) throws {
    guard let recipe = materials.recipe.trained else {
      preconditionFailure("a recipe without anything to train has passed its checks")
    }
    self.recipe = recipe
    self.frozen = frozen
    targetParameters = try materials.targetFiles()?.configuration.parameterCount
    model = try recipe.makeModel(frozen, materials)
  }

  /// Sets the first weights: random, the target's own rows and layers, or those of a published model.
  func initialize(_ context: StageContext) throws {
    switch (recipe, model) {
    case (.standalone(let it), .standalone(let model)):
      try initialize(model, as: it.initialisation, context)
    case (.pretrained(let it), _): try model.store.load(context.materials.pretrained(it).tensors)
    default:
      guard let files = try context.materials.published(recipe) else {
        model.store.initialize(seed: UInt64(context.recipe.seed))
        return scaleFusion()
      }
      try model.store.load(files.tensors)
    }
  }

  /// Gives the first weights of EAGLE-3's fusion the size that the recipe wants.
  private func scaleFusion() {
    guard case .eagle3(let it) = recipe, let drafter = model.featureDrafter as? Eagle3Drafter,
      Float(it.fusionDeviation) != Eagle3Drafter.standardDeviation
    else { return }
    drafter.scaleFusion(by: Float(it.fusionDeviation) / Eagle3Drafter.standardDeviation)
  }

  private func initialize(
    _ model: LanguageModel, as origin: InitialisationRecipe, _ context: StageContext
  ) throws {
    model.store.initialize(seed: UInt64(context.recipe.seed))
    guard origin.from == .target, let target = try context.materials.target()?.model else { return }
    let initialization = StandaloneInitialization(
      copiesEmbedding: origin.embedding, layers: origin.layers ?? [])
    let problems = initialization.problems(drafter: model.configuration, target: target.configuration)
    guard problems.isEmpty else {
      throw InputError(.usage, key: "drafter.init", found: problems.joined(separator: "; "))
    }
    initialization.apply(to: model, from: target)
  }

  /// Readies the model for a stage: with the same weights it is built anew when a training stage freezes other
  /// parameters, and a drafter with a draft vocabulary learns which tokens it has, once the texts are there that say so.
  ///
  /// - Parameter step: of the run; before the first a head may still be set.
  mutating func prepare(for stage: StageRecipe, step: Int, _ context: StageContext) throws {
    if let wanted = stage.training?.freeze, wanted != frozen {
      let rebuilt = try model(freezing: wanted, context.materials)
      rebuilt.store.copy(model.store)
      model.store.release()
      (model, frozen) = (rebuilt, wanted)
    }
    if stage.writesCorpus { return }
    try adoptVocabulary(context.materials)
    if step == 0, recipe.beginsWithTargetHead, case .features(let drafter) = model {
      drafter.beginWithTargetHead()
    }
  }

  /// The model with other parameters frozen, whose weights are not set yet where it is another.
  func model(freezing wanted: [String], _ materials: RunMaterials) throws -> DraftModel {
    wanted == frozen ? model : try recipe.makeModel(wanted, materials)
  }

  /// Tells a drafter with a draft vocabulary which tokens it has.
  func adoptVocabulary(_ materials: RunMaterials) throws {
    guard case .eagle3(let it) = recipe, it.path == nil, let settings = it.draftVocabulary,
      case .features(let drafter) = model, let drafter = drafter as? Eagle3Drafter
    else { return }
    drafter.adopt(try materials.trainedVocabulary(settings))
  }
}
