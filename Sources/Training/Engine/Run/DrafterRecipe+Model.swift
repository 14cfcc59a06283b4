internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

extension DrafterRecipe {
  /// Builds the model with some parameters frozen; its weights are not set yet.
  func makeModel(_ frozen: [String], _ materials: RunMaterials) throws -> DraftModel {
    if let files = try materials.published(self) {
      return .features(
        files.make(
          over: try materials.readTarget(), on: materials.backend, isTrainable: true, frozen: frozen))
    }
    return switch self {
    case .standalone(let it): .standalone(try it.makeModel(frozen, materials))
    case .pretrained(let it): .standalone(try it.makeModel(frozen, materials))
    case .acceptanceHead(let it): try it.makeModel(frozen, materials)
    case .eagle(let it): try materials.newDrafter(frozen, it.architecture)
    case .eagle3(let it): try materials.newDrafter(frozen, it.architecture)
    case .medusa(let it): try materials.newDrafter(frozen, it.architecture)
    }
  }
}

extension RunMaterials {
  /// A new drafter of hidden states over the run's target, of the architecture that a recipe has for it.
  fileprivate func newDrafter(
    _ frozen: [String], _ architecture: (ModelConfiguration) throws -> DrafterArchitecture
  ) throws -> DraftModel {
    let target = try readTarget()
    return .features(
      try architecture(target.configuration).make(
        over: target, on: backend, isTrainable: true, isLoaded: false, frozen: frozen))
  }
}

extension StandaloneRecipe {
  fileprivate func makeModel(_ frozen: [String], _ materials: RunMaterials) throws -> LanguageModel {
    let tokenizer = try materials.tokenizer()
    let target = try materials.targetFiles()?.configuration
    let longest = materials.longestSequence
    let configuration = configuration(
      vocabularySize: target?.vocabularySize ?? tokenizer.vocabularySize,
      maxPositions: maxPositions ?? target?.maxPositions ?? longest,
      beginToken: target?.beginToken ?? tokenizer.beginOfText,
      endTokens: target?.endTokens ?? tokenizer.endOfText.map { [$0] } ?? [])
    return LanguageModel(
      configuration, on: materials.backend, positions: max(configuration.maxPositions, longest),
      isTrainable: true, isLoaded: false, frozen: frozen, deviation: Float(initialisation.deviation))
  }
}

extension PretrainedRecipe {
  fileprivate func makeModel(_ frozen: [String], _ materials: RunMaterials) throws -> LanguageModel {
    let configuration = try materials.pretrained(self).configuration
    return LanguageModel(
      configuration, on: materials.backend, positions: materials.positions(of: configuration),
      isTrainable: true, isLoaded: true, frozen: frozen)
  }
}

extension AcceptanceHeadRecipe {
  fileprivate func makeModel(_ frozen: [String], _ materials: RunMaterials) throws -> DraftModel {
    let drafter = try materials.headedDrafter(self)
    let configuration = AcceptanceHead.Configuration(
      hiddenSize: drafter.headInputSize, layerCount: layers, sharesBlock: sharedBlock)
    return .predicting(
      drafter,
      AcceptanceHead(
        configuration, on: materials.backend, isTrainable: true, isLoaded: false, frozen: frozen))
  }
}

extension EagleRecipe {
  fileprivate func architecture(for target: ModelConfiguration) throws -> DrafterArchitecture {
    var configuration = try layer.configuration(for: target)
    configuration.hasFusionBias = fusionBias
    return .eagle(configuration)
  }
}

extension Eagle3Recipe {
  fileprivate func architecture(for target: ModelConfiguration) throws -> DrafterArchitecture {
    let size = target.vocabularySize
    var configuration = try layer.configuration(for: target)
    if let layers { configuration.tappedLayers = try checked(layers, target) }
    if let draftVocabulary, draftVocabulary.size < size {
      // Which tokens they are is known when the texts are; until then the first ones stand for them.
      configuration.draftVocabulary = try DraftVocabulary(
        targetIDs: (0..<Int32(draftVocabulary.size)).map { $0 }, targetSize: size)
    }
    return .eagle3(configuration)
  }

  private func checked(_ layers: [Int], _ target: ModelConfiguration) throws -> [Int] {
    guard layers.allSatisfy({ $0 <= target.layerCount }) else {
      throw InputError(
        .usage, key: "drafter.layers", found: "\(layers)",
        expected: "numbers up to the target's \(target.layerCount) layers")
    }
    return layers
  }
}

extension MedusaRecipe {
  fileprivate func architecture(for target: ModelConfiguration) -> DrafterArchitecture {
    .medusa(MedusaConfiguration(for: target, headCount: heads, layerCount: layers))
  }
}

extension DrafterLayerRecipe {
  /// A layer for a target, whose sizes it has where it says nothing.
  fileprivate func configuration(for target: ModelConfiguration) throws -> FeatureDrafterConfiguration {
    var made = FeatureDrafterConfiguration(for: target)
    if let heads { made.headCount = heads }
    if let keyValueHeads { made.kvHeadCount = keyValueHeads }
    if let headDimension { made.headSize = headDimension }
    if let feedForward { made.feedForwardSize = feedForward }
    guard made.headCount.isMultiple(of: made.kvHeadCount), made.headSize.isMultiple(of: 2) else {
      throw InputError(
        .usage, key: "drafter.layer",
        found: "\(made.headCount) heads of width \(made.headSize), \(made.kvHeadCount) for keys and values",
        expected: "an even width, and kv_heads that divide heads; what is unset is the target's")
    }
    return made
  }
}

extension DrafterRecipe {
  /// The published drafter of hidden states that a recipe goes on from; nil where it is a new one.
  fileprivate var published: (path: String, kind: DrafterArchitecture.Kind)? {
    switch self {
    case .standalone, .pretrained, .acceptanceHead: nil
    case .eagle(let it): it.path.map { ($0, .eagle) }
    case .eagle3(let it): it.path.map { ($0, .eagle3) }
    case .medusa(let it): it.path.map { ($0, .medusa) }
    }
  }

  /// Whether its heads begin as the target's.
  var beginsWithTargetHead: Bool {
    guard published == nil else { return false }
    return switch self {
    case .standalone, .pretrained, .eagle, .acceptanceHead: false
    case .eagle3(let it): it.head == .target
    case .medusa(let it): it.head == .target
    }
  }
}

extension RunMaterials {
  /// The files of the published drafter of hidden states that a recipe goes on from, opened once; nil where it is a new one.
  ///
  /// - Throws: `InputError` for what is damaged, no such drafter, or made for another target.
  func published(_ recipe: DrafterRecipe) throws -> FeatureDrafterFiles? {
    guard let (path, kind) = recipe.published else { return nil }
    return try openedDrafter {
      guard let format = try FeatureDrafterFiles.format(of: path), format.kind == kind else {
        throw InputError(
          .usage, file: path, key: "drafter.path", found: "no drafter of this kind", expected: kind.rawValue)
      }
      return try FeatureDrafterFiles(path, format, target: try readTarget().configuration)
    }
  }

  /// The target, for what cannot be without one.
  func readTarget() throws -> LanguageModel {
    guard let target = try target() else {
      preconditionFailure("a drafter without a target has passed the checks of recipes")
    }
    return target.model
  }
}
