internal import Autodiff
internal import Models

// What recipes say, as the types that train.

extension ScheduleRecipe {
  /// The schedule of a stage of `steps`.
  func schedule(steps: Int) -> Schedule {
    switch self {
    case .constant(let it): Schedule(.constant, warmUpSteps: it.warmupSteps)
    case .linear(let it): Schedule(.linear, warmUpSteps: it.warmupSteps, minimumRatio: it.minimumRatio)
    case .cosine(let it): Schedule(.cosine, warmUpSteps: it.warmupSteps, minimumRatio: it.minimumRatio)
    case .wsd(let it):
      Schedule(
        .warmUpStableDecay(share: Double(it.resolvedDecaySteps(of: steps)) / Double(steps), .linear),
        warmUpSteps: it.warmupSteps, minimumRatio: it.minimumRatio)
    }
  }
}

extension OptimizerRecipe {
  /// The optimizer's settings, without learning rate and decay.
  ///
  /// - Parameter notHidden: names of embedding and head, which Muon leaves to AdamW.
  func settings(notHidden: Set<String>) -> OptimizerSettings {
    switch self {
    case .sgd(let it):
      var settings = SGD.Settings()
      settings.momentum = it.momentum
      settings.isNesterov = it.nesterov
      return .sgd(settings)
    case .adamW(let it): return .adamW(it.settings)
    case .lion(let it):
      var settings = Lion.Settings()
      (settings.beta1, settings.beta2) = (it.betas[0], it.betas[1])
      return .lion(settings)
    case .adafactor(let it):
      var settings = Adafactor.Settings()
      settings.beta2Decay = -it.decayExponent
      settings.clipThreshold = it.clipThreshold
      settings.epsilon2 = it.epsilon
      return .adafactor(settings)
    case .muon(let it):
      var settings = Muon.Settings()
      settings.momentum = it.momentum
      settings.isNesterov = it.nesterov
      settings.adamW = it.adamW.settings
      settings.adamWRateRatio = it.adamW.learningRate / max(it.learningRate, .leastNormalMagnitude)
      settings.notHidden = notHidden
      return .muon(settings)
    }
  }

  /// How hard matrices decay.
  var weightDecay: Double {
    switch self {
    case .sgd(let it): it.weightDecay
    case .adamW(let it): it.weightDecay
    case .lion(let it): it.weightDecay
    case .adafactor(let it): it.weightDecay
    case .muon(let it): it.weightDecay
    }
  }
}

extension AdamWRecipe {
  var settings: AdamW.Settings {
    var settings = AdamW.Settings()
    (settings.beta1, settings.beta2) = (betas[0], betas[1])
    settings.epsilon = epsilon
    return settings
  }
}

extension StandaloneRecipe {
  /// The architecture, for a tokenizer and as long sequences as the run needs.
  func configuration(
    vocabularySize: Int, maxPositions: Int, beginToken: Int32?, endTokens: [Int32]
  ) -> ModelConfiguration {
    ModelConfiguration(
      vocabularySize: vocabularySize, hiddenSize: hidden, feedForwardSize: feedForward, layerCount: layers,
      headCount: heads, kvHeadCount: resolvedKeyValueHeads, headSize: resolvedHeadDimension,
      normEpsilon: Float(normEpsilon), ropeTheta: ropeTheta, tiesEmbeddings: tieEmbeddings,
      maxPositions: maxPositions, beginToken: beginToken, endTokens: endTokens)
  }
}
