internal import Autodiff
internal import Drafters
internal import Objectives

// What recipes say of objectives, as the types that train.

extension ObjectiveRecipe {
  /// The weighted losses.
  var mix: LossMix {
    var mix = LossMix()
    mix.crossEntropy = Float(crossEntropy)
    mix.forwardKL = Float(forwardKL)
    mix.reverseKL = Float(reverseKL)
    mix.jensenShannon = Float(jsd)
    mix.jensenShannonBeta = Float(jsdBeta)
    mix.totalVariation = Float(totalVariation)
    mix.lkAlpha = Float(lkAlpha)
    mix.lkHybrid = Float(lkHybrid)
    mix.lkEta = Float(lkEta)
    mix.topKCrossEntropy = Float(topK)
    mix.topKCount = topKCount
    mix.teacherTemperature = Float(temperature)
    return mix
  }

  /// The objective, for stored distributions of `storedCount` entries.
  func objective(storedCount: Int) -> DistillationObjective {
    let teacher: DistillationObjective.Teacher =
      switch self.teacher {
      case .none: .none
      case .online: .online
      case .stored: .stored(k: storedCount, tail: tail == .bucket ? .bucket : .renormalize)
      }
    return DistillationObjective(mix: mix, teacher: teacher)
  }
}

extension UnrollRecipe.Quirk {
  /// The same for the objective.
  fileprivate var upstream: UpstreamQuirks {
    switch self {
    case .meanOverAllRows: .meanOverAllRows
    case .unshiftedMask: .unshiftedMask
    case .multipliedMasks: .multipliedMasks
    }
  }
}

extension TrainingStageRecipe {
  /// How an acceptance head learns; what the recipe leaves open is as in its paper.
  func acceptanceObjective(seed: Int) -> AcceptanceObjective {
    let settings = acceptance ?? AcceptanceRecipe()
    return AcceptanceObjective(
      rejectWeight: Float(settings.rejectWeight), keptShare: settings.keptShare,
      temperature: settings.temperature, passCount: settings.passes, seed: UInt64(seed))
  }

  /// The objective of a drafter that reads the target's states; what the recipe leaves open is as in its paper.
  func featureObjective(for drafter: any FeatureDrafter, seed: Int) -> FeatureObjective {
    var made = FeatureObjective(for: drafter)
    made.mix = objective.mix
    if let passes = unroll?.passes { made.passCount = passes }
    if let decay = unroll?.decay { made.decay = Float(decay) }
    if let states = unroll?.states { made.stateWeight = Float(states) }
    if let unroll, unroll.noise > 0 {
      made.noise = StateNoise(
        width: Float(unroll.noise), referenceLength: unroll.noiseLength, seed: UInt64(seed))
    }
    made.quirks = UpstreamQuirks(unroll?.quirks.map(\.upstream) ?? [])
    return made
  }
}
