internal import DraftData
internal import FileSystem
internal import Models

/// Files for an inference engine, in the run folder.
struct ExportStage {
  let settings: ExportStageRecipe
  let context: StageContext
  let model: LanguageModel

  /// Writes every format of the stage that is not there yet.
  func run(_ progress: RunProgress) throws {
    let folder = Path.joined(context.folder.exports, settings.name)
    try Directory.create(context.folder.exports)
    try Directory.create(folder)
    let request = try makeRequest(progress)
    for format in settings.formats {
      try context.checkForStop()
      let exporter = ExportCatalog.exporter(for: format)
      let path = Path.joined(folder, exporter.fileName(for: context.recipe.name))
      // An export gets its name only when it is whole.
      guard Directory.kind(of: path) == nil else { continue }
      try exporter.export(request, to: path, force: false)
    }
  }

  private func makeRequest(_ progress: RunProgress) throws -> ExportRequest {
    let model = try context.materials.drafter(model, settings.draftVocabulary, stages: progress.stage)
    var request = ExportRequest(model, elementType: settings.elementType)
    request.tokenizer = try context.materials.tokenizerFiles()
    request.acceptance = try lastEvaluation()
    request.provenance = [
      "run": .string(context.recipe.name), "step": .integer(progress.step),
      "recipe_sha256": .string(RecipeSettings(context.recipe).hash),
    ]
    if let target = context.recipe.target?.path {
      request.targetName = Path.name(of: target)
      // Only llama.cpp compares vocabularies by itself.
      if settings.formats.contains(.gguf) { request.target = try SpeculationTarget(path: target) }
    }
    return request
  }

  /// The report of the last evaluate stage before this one.
  private func lastEvaluation() throws -> JSONValue? {
    let before = context.recipe.stages.prefix { $0.name != settings.name }
    guard let stage = before.last(where: { if case .evaluate = $0 { true } else { false } }) else {
      return nil
    }
    let path = EvaluateStage.path(stage.name, in: context.folder)
    return try JSONValue.parse(try File.readAll(path, limit: 1 << 24), file: path)
  }
}
