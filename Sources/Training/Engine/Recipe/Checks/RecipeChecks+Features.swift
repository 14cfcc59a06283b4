import Evaluation
import FileSystem

/// What drafters that read the target's hidden states, and trees of drafts, ask of a recipe.
extension RecipeChecks {
  mutating func checkUnroll(_ stage: TrainingStageRecipe, at path: String) {
    guard recipe.drafter?.readsStates == true else {
      if stage.unroll != nil {
        report(
          "a drafter that does not read the target's states has no passes", at: "\(path).unroll",
          remedy: "Remove unroll, or set drafter.kind to eagle, eagle3 or medusa")
      }
      return
    }
    if case .medusa(let it) = recipe.drafter, let passes = stage.unroll?.passes {
      report(
        "passes of Medusa heads, of which each head is one", at: "\(path).unroll.passes",
        remedy: it.path == nil ? "Remove it, and set drafter.heads to \(passes)" : "Remove it")
    }
    if let unroll = stage.unroll, unroll.noiseLength != nil, unroll.noise == 0 {
      report(
        "a length for noise, and no noise", at: "\(path).unroll.noise_length",
        remedy: "Remove it, or set noise")
    }
    checkQuirks(stage.unroll?.quirks ?? [], at: "\(path).unroll.quirks")
    if stage.objective.teacher == .stored {
      report(
        "stored distributions, where the target runs for its states anyway", at: "\(path).objective.teacher",
        remedy: "Set objective.teacher to online")
    }
    if stage.recompute {
      report(
        "nothing is kept that could be computed again: the target is frozen, the drafter has one layer",
        at: "\(path).recompute", remedy: "Remove recompute")
    }
  }

  /// Medusa's code has none of them: its labels bring their mask along, and its means are over them.
  private mutating func checkQuirks(_ quirks: [UnrollRecipe.Quirk], at path: String) {
    for (index, quirk) in quirks.enumerated() {
      if quirks[..<index].contains(quirk) {
        report("'\(quirk.rawValue)' stands twice", at: "\(path)[\(index)]")
      }
      switch (recipe.drafter, quirk) {
      case (.medusa, _):
        report(
          "'\(quirk.rawValue)' of medusa, whose code has no such quirk", at: "\(path)[\(index)]",
          remedy: "Remove it")
      case (.eagle3, .multipliedMasks):
        report(
          "'multiplied-masks' of eagle3: they are HASS's, whose drafter is eagle", at: "\(path)[\(index)]",
          remedy: "Remove it")
      default: break
      }
    }
  }

  /// A published drafter brings its sizes along.
  mutating func checkPublishedDrafter() {
    var given: [String] = []
    switch recipe.drafter {
    case .eagle(let it) where it.path != nil:
      if it.layer != DrafterLayerRecipe() { given.append("layer") }
      if it.fusionBias { given.append("fusion_bias") }
    case .eagle3(let it) where it.path != nil:
      if it.layer != DrafterLayerRecipe() { given.append("layer") }
      if it.layers != nil { given.append("layers") }
      if it.draftVocabulary != nil { given.append("draft_vocabulary") }
      if it.head != .random { given.append("head") }
      if it.fusionDeviation != Eagle3Recipe().fusionDeviation { given.append("fusion_std") }
    case .medusa(let it) where it.path != nil:
      let new = MedusaRecipe()
      if it.heads != new.heads { given.append("heads") }
      if it.layers != new.layers { given.append("layers") }
      if it.head != new.head { given.append("head") }
    default: break
    }
    for key in given {
      report(
        "\(key) beside path, whose files say it", at: "drafter.\(key)", remedy: "Remove one of them")
    }
  }

  /// What a drafter with a draft vocabulary counts must be there before it is trained.
  mutating func checkTrainedVocabulary() {
    guard case .eagle3(let drafter)? = recipe.drafter, let settings = drafter.draftVocabulary else { return }
    let first = recipe.stages.firstIndex { !$0.writesCorpus } ?? 0
    let known = recipe.data.names + recipe.stages.prefix(first).map(\.name)
    for (place, name) in settings.calibration.enumerated() {
      requireKnown(
        name, among: known, what: "data source or generate stage before the first other stage",
        at: "drafter.draft_vocabulary.calibration[\(place)]")
    }
  }

  mutating func checkShape(of section: some DraftShapeRecipe, temperature: Double, at path: String) {
    if case .medusa(let it) = recipe.drafter, it.path == nil, let levels = try? section.shape().levels,
      levels > it.heads
    {
      report(
        "\(levels) drafted levels of \(it.heads) Medusa heads",
        at: path + (section.tree == nil ? ".draft_length" : ".tree"),
        remedy: "Draft fewer, or set drafter.heads to \(levels)")
    }
    checkTree(section.tree, temperature: temperature, at: path + ".tree")
    guard let stop = section.stop else { return }
    if section.tree != nil {
      report("a rule that ends chains, and a tree", at: path + ".stop", remedy: "Remove one of them")
    }
    checkPredictions(stop, at: path + ".stop")
    do throws(InputError) {
      _ = try stop.chain(draftLength: section.draftLength)
    } catch {
      report(error.found, at: "\(path).stop.\(error.key ?? "")", expected: error.expected)
    }
  }

  private mutating func checkTree(_ tree: TreeRecipe?, temperature: Double, at path: String) {
    guard let tree else { return }
    do throws(InputError) {
      let shape = try tree.shape()
      guard shape.levels > 0 else {
        report("a tree of the root alone", at: path, remedy: "Name nodes under paths or branches")
        return
      }
    } catch {
      report(error.found, at: "\(path).\(error.key ?? "")", expected: error.expected)
    }
    if case .static(let it) = tree, it.candidates != .likeliest, temperature == 0 {
      report(
        "candidates that are drawn, for greedy texts", at: "\(path).candidates",
        remedy: "Set a temperature above 0, or candidates to likeliest")
    }
  }
}
