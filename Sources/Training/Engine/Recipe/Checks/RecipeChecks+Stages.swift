extension RecipeChecks {
  mutating func checkStages() {
    if recipe.stages.isEmpty {
      report("there are no stages", at: "stages", remedy: "A recipe lists what is done, in order")
    }
    var corpora = [(name: String, topK: Int)]()
    var seen = [String]()
    for (index, stage) in recipe.stages.enumerated() {
      let path = "stages[\(index)]"
      checkStageName(stage.name, seen: seen, at: path)
      seen.append(stage.name)
      switch stage {
      case .pretrain(let training), .continue(let training), .align(let training):
        checkTraining(training, corpora: corpora, at: path)
      case .generate(let generate):
        checkGenerate(generate, at: path)
        corpora.append((generate.name, generate.topKLogits))
      case .features(let features):
        checkFeatures(features, corpora: corpora.map(\.name), at: path)
        corpora.append((features.name, features.topKLogits))
      case .evaluate(let evaluate):
        requireTarget("evaluation verifies with a target", at: path)
        checkPromptNames(evaluate.prompts, at: path)
        if evaluate.floor > 0, !recipe.stages.prefix(index).contains(where: { $0.training != nil }) {
          report(
            "a floor, and no training stage before it", at: "\(path).floor",
            remedy: "Move the stage behind the training it judges, or remove floor")
        }
        checkShape(of: evaluate, temperature: evaluate.temperature, at: path)
        checkDraftVocabulary(evaluate.draftVocabulary, stage: index, corpora: corpora.map(\.name))
      case .export(let export):
        checkExport(export, at: path)
        checkDraftVocabulary(export.draftVocabulary, stage: index, corpora: corpora.map(\.name))
      }
    }
  }

  private mutating func checkStageName(_ name: String, seen: [String], at path: String) {
    if !RecipeName.isValid(name) {
      report("'\(name.shortened)' is no name", at: "\(path).name", expected: RecipeName.rule)
    } else if seen.contains(name) {
      report("two stages are called '\(name)'", at: "\(path).name", remedy: "Give each its own name")
    } else if recipe.data[name] != nil {
      report(
        "a data source is called '\(name)' too", at: "\(path).name",
        remedy: "Mixtures would not know which is meant")
    }
  }

  mutating func requireTarget(_ reason: String, at path: String) {
    guard recipe.target == nil else { return }
    report("\(reason), and there is none", at: path, remedy: "Give target.path, or remove the stage")
  }

  private mutating func checkGenerate(_ stage: GenerateStageRecipe, at path: String) {
    if let endpoint = stage.endpoint {
      checkEndpoint(endpoint, of: stage, at: path)
    } else {
      requireTarget("a corpus is written by a target", at: path)
    }
    for entry in stage.prompts.entries {
      requireKnown(
        entry.name, among: recipe.data.names, what: "data source", at: "\(path).prompts.\(entry.name)")
    }
    if stage.prompts.isEmpty, stage.magpie != 1 {
      report(
        "no prompts, and magpie is \(RecipeText.number(stage.magpie))", at: path,
        remedy: "Name data sources under prompts, or set magpie to 1")
    } else if !stage.prompts.isEmpty, stage.magpie == 1 {
      report("prompts have no use with magpie: 1", at: "\(path).prompts", remedy: "Remove one of them")
    }
    if stage.temperatures.isEmpty {
      report("no temperatures", at: "\(path).temperatures", remedy: "[0] is greedy")
    }
  }

  private mutating func checkExport(_ stage: ExportStageRecipe, at path: String) {
    if stage.formats.isEmpty {
      report("no formats", at: "\(path).formats", remedy: "Name at least one format")
    }
    for (index, format) in stage.formats.enumerated() where stage.formats[..<index].contains(format) {
      report("'\(format.rawValue)' stands twice", at: "\(path).formats[\(index)]")
    }
    for format in stage.formats {
      let exporter = ExportCatalog.exporter(for: format)
      if let subject = recipe.trained?.exportSubject, !exporter.subjects.contains(subject) {
        let fitting = ExportCatalog.exporters.filter { $0.subjects.contains(subject) }.map(\.format.rawValue)
        report(
          "'\(format.rawValue)' of \(subject.text)", at: "\(path).formats",
          remedy: "Choose from \(fitting.joined(separator: ", "))")
        continue
      }
      let types = exporter.elementTypes
      guard !types.contains(stage.elementType) else { continue }
      report(
        "'\(stage.elementType.rawValue)' for \(format.rawValue)", at: "\(path).dtype",
        remedy: "Choose from \(types.map(\.rawValue).joined(separator: ", "))")
    }
  }

  private mutating func checkDraftVocabulary(
    _ settings: DraftVocabularyRecipe?, stage index: Int, corpora: [String]
  ) {
    guard let settings else { return }
    let path = "stages[\(index)].draft_vocabulary"
    if case .eagle3(let it) = recipe.drafter, it.draftVocabulary != nil {
      report(
        "the drafter's head is small already", at: path, remedy: "Remove it, or drafter.draft_vocabulary")
    }
    for (place, name) in settings.calibration.enumerated() {
      requireKnown(
        name, among: recipe.data.names + corpora, what: "data source or earlier generate stage",
        at: "\(path).calibration[\(place)]")
    }
    if settings.calibration.isEmpty, !recipe.stages.prefix(index).contains(where: { $0.training != nil }) {
      report(
        "nothing to count tokens in, and no training stage before it", at: path,
        remedy: "Name data sources or generate stages under calibration")
    }
    guard case .export(let export) = recipe.stages[index] else { return }
    let subject = recipe.drafter?.exportSubject ?? .languageModel
    let able = ExportCatalog.draftVocabularyExporters(of: subject).map(\.format)
    for format in export.formats where !able.contains(format) {
      report(
        "a draft vocabulary in a file of the format '\(format.rawValue)', which cannot express it", at: path,
        remedy: "Make it a stage of its own with formats: [\(able.map(\.rawValue).joined(separator: ", "))]")
    }
  }

  private mutating func checkTraining(
    _ stage: TrainingStageRecipe, corpora: [(name: String, topK: Int)], at path: String
  ) {
    if stage.mixture.isEmpty {
      report("an empty mixture", at: "\(path).mixture", remedy: "Name at least one data source")
    }
    let known = recipe.data.names + corpora.map(\.name)
    for name in stage.mixture.names {
      requireKnown(
        name, among: known, what: "data source or earlier generate stage", at: "\(path).mixture.\(name)")
    }
    checkSchedule(stage, at: path)
    checkBetas(stage.optimizer, at: "\(path).optimizer")
    if !checkAcceptance(stage, at: path) { checkObjective(stage, corpora: corpora, at: path) }
    checkUnroll(stage, at: path)
    checkStoredStates(stage, at: path)
    for (place, rate) in stage.rates.enumerated()
    where stage.rates[..<place].contains(where: { $0.name == rate.name }) {
      report("'\(rate.name)' stands twice", at: "\(path).rates[\(place)].name")
    }
  }

  private mutating func checkSchedule(_ stage: TrainingStageRecipe, at path: String) {
    var needed = stage.schedule.warmupSteps
    if case .wsd(let schedule) = stage.schedule { needed += schedule.resolvedDecaySteps(of: stage.steps) }
    guard needed > stage.steps else { return }
    report(
      "warm-up and decay take \(needed) of \(stage.steps) steps", at: "\(path).schedule",
      remedy: "Shorten them, or train longer")
  }

  private mutating func checkBetas(_ optimizer: OptimizerRecipe, at path: String) {
    let betas: [Double]
    var place = "\(path).betas"
    switch optimizer {
    case .adamW(let it): betas = it.betas
    case .lion(let it): betas = it.betas
    case .muon(let it):
      betas = it.adamW.betas
      place = "\(path).adamw.betas"
    case .sgd, .adafactor: return
    }
    guard betas.count != 2 else { return }
    report("\(betas.count) betas", at: place, expected: "two, as [0.9, 0.95]")
  }
}
