internal import DraftData
internal import FileSystem
internal import Models

extension Recipe {
  /// Whether a mixture's name stands for texts whose hidden states are stored.
  func storesStates(_ name: String) -> Bool {
    if case .features? = data[name] { return true }
    return stages.contains { if case .features = $0 { $0.name == name } else { false } }
  }

  /// Whether a stage reads hidden states instead of running the target for them. Checks have made sure that all of its
  /// sources have them, or none.
  func readsStoredStates(_ stage: TrainingStageRecipe) -> Bool {
    drafter?.readsStates == true && stage.mixture.names.contains(where: storesStates)
  }
}

extension RunMaterials {
  /// Where the corpus of that name lies; nil where the name stands for text.
  func corpusPath(_ name: String) -> String? {
    if let stage = recipe.stages.first(where: { $0.name == name }), stage.writesCorpus {
      return Path.joined(folder.corpora, name)
    }
    switch recipe.data[name] {
    case .corpus(let source): return source.path
    case .features(let source): return source.path
    default: return nil
    }
  }

  /// Everything that a stage reads whose drafter gets the target's hidden states from the disk.
  ///
  /// - Parameters:
  ///   - states: which ones the drafter is trained on.
  ///   - warn: told of a corpus that does not say which target it is from.
  /// - Throws: `InputError` for a corpus without these states, or with those of another target.
  func mixture(
    _ shares: RecipeTable<Double>, states: [FeatureState], warn: (String) -> Void
  ) throws -> Mixture {
    let components = try shares.entries.map { entry in
      guard let path = corpusPath(entry.name) else {
        preconditionFailure("a mixture of texts and hidden states has passed the checks of recipes")
      }
      let reader = try CorpusReader(path)
      let features = try reader.features(states)
      try requireTarget(of: reader.description, features.description, in: path)
      if features.description.targetHash.isEmpty {
        warn(
          "\(path): it has no target_sha256, so that nobody knows whether its hidden states are this target's"
        )
      }
      return Mixture.Component(
        name: entry.name, store: try reader.tokenStore(includesTeacher: false), weight: entry.value,
        features: features)
    }
    return try Mixture(components)
  }

  /// Hidden states of another target would train without a complaint, for nothing.
  private func requireTarget(
    of corpus: CorpusDescription, _ features: FeatureDescription, in path: String
  ) throws {
    guard let target = try target()?.model.configuration else { return }
    let name = "'\(DisplayText.escaped(features.targetName))'"
    func refuse(_ key: String, _ found: String, _ expected: String) -> InputError {
      InputError(
        .usage, file: path, key: key, found: "hidden states of \(name): \(found)",
        expected: "those of the target '\(recipe.target?.path ?? "")': \(expected)",
        remedy: "Write them anew with a stage of kind features, or train for the other target")
    }
    for (key, found, expected) in [
      ("features@hidden_size", features.hiddenSize, target.hiddenSize),
      ("features@layer_count", features.layerCount, target.layerCount),
      ("vocabulary_size", corpus.vocabularySize, target.vocabularySize),
    ] where found != expected {
      throw refuse(key, "\(found)", "\(expected)")
    }
    if !corpus.tokenizerHash.isEmpty, try !tokenizerHashes().contains(corpus.tokenizerHash) {
      throw refuse("tokenizer_sha256", corpus.tokenizerHash, try tokenizerHashes().joined(separator: " or "))
    }
    let digest = try targetDigest().description
    if !features.targetHash.isEmpty, features.targetHash != digest {
      throw refuse("features@target_sha256", "weights \(features.targetHash)", "weights \(digest)")
    }
  }

  /// What a corpus of the run's tokens may name its tokenizer by: as Pacer writes it, or by the target's own file.
  private func tokenizerHashes() throws -> [String] {
    let own = SHA256.hash(try tokenizer().tokenizerJSON()).description
    let file = try tokenizerFiles().map { SHA256.hash($0.json).description }
    return file == nil || file == own ? [own] : [own, file ?? own]
  }
}
