internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// The model that a run trains. It is built anew when a stage freezes other parameters than the one before.
struct Trainee {
  private(set) var model: LanguageModel
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
    model = try Self.make(recipe, frozen, materials)
  }

  private static func make(
    _ recipe: DrafterRecipe, _ frozen: [String], _ materials: RunMaterials
  ) throws -> LanguageModel {
    switch recipe {
    case .standalone(let it): try make(it, frozen, materials)
    case .pretrained(let it): try make(it, frozen, materials)
    }
  }

  private static func make(
    _ recipe: StandaloneRecipe, _ frozen: [String], _ materials: RunMaterials
  ) throws -> LanguageModel {
    let tokenizer = try materials.tokenizer()
    let target = try materials.targetFiles()?.configuration
    let longest = materials.longestSequence
    let configuration = recipe.configuration(
      vocabularySize: target?.vocabularySize ?? tokenizer.vocabularySize,
      maxPositions: recipe.maxPositions ?? target?.maxPositions ?? longest,
      beginToken: target?.beginToken ?? tokenizer.beginOfText,
      endTokens: target?.endTokens ?? tokenizer.endOfText.map { [$0] } ?? [])
    return LanguageModel(
      configuration, on: materials.backend, positions: max(configuration.maxPositions, longest),
      isTrainable: true, isLoaded: false, frozen: frozen, deviation: Float(recipe.initialisation.deviation))
  }

  private static func make(
    _ recipe: PretrainedRecipe, _ frozen: [String], _ materials: RunMaterials
  ) throws -> LanguageModel {
    let configuration = try materials.pretrained(recipe).configuration
    return LanguageModel(
      configuration, on: materials.backend, positions: materials.positions(of: configuration),
      isTrainable: true, isLoaded: true, frozen: frozen)
  }

  /// Sets the first weights: random, the target's own rows and layers, or those of a published model.
  func initialize(_ context: StageContext) throws {
    switch recipe {
    case .standalone(let it): try initialize(as: it.initialisation, context)
    case .pretrained(let it): try model.store.load(context.materials.pretrained(it).tensors)
    }
  }

  private func initialize(as origin: InitialisationRecipe, _ context: StageContext) throws {
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

  /// Rebuilds the model, with the same weights, when a training stage freezes other parameters.
  mutating func prepare(for stage: StageRecipe, _ context: StageContext) throws {
    guard let wanted = stage.training?.freeze, wanted != frozen else { return }
    let rebuilt = try Self.make(recipe, wanted, context.materials)
    for (old, new) in zip(model.store.parameters, rebuilt.store.parameters) {
      rebuilt.store.write(model.store.read(old), to: new)
    }
    model.store.release()
    (model, frozen) = (rebuilt, wanted)
  }
}
