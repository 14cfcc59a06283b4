internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// Files for an inference engine, in the run folder.
struct ExportStage {
  let settings: ExportStageRecipe
  let context: StageContext
  let model: DraftModel

  /// Writes every format of the stage that is not there yet.
  func run(_ progress: RunProgress) throws {
    let folder = Path.joined(context.folder.exports, settings.name)
    try Directory.create(context.folder.exports)
    try Directory.create(folder)
    try context.materials.withDrafter(model, settings.draftVocabulary, stages: progress.stage) {
      try write(try makeRequest($0, progress), into: folder)
    }
  }

  private func write(_ request: ExportRequest, into folder: String) throws {
    for format in settings.formats {
      try context.checkForStop()
      let exporter = ExportCatalog.exporter(for: format)
      let path = Path.joined(folder, exporter.fileName(for: context.recipe.name))
      // An export gets its name only when it is whole.
      guard Directory.kind(of: path) == nil else { continue }
      try exporter.export(request, to: path, force: false)
    }
  }

  private func makeRequest(_ model: DraftModel, _ progress: RunProgress) throws -> ExportRequest {
    var request = ExportRequest(model, elementType: settings.elementType)
    request.tokenizer = try context.materials.tokenizerFiles()
    request.acceptance = try lastEvaluation()
    request.provenance = [
      "run": .string(context.recipe.name), "step": .integer(progress.step),
      "recipe_sha256": .string(RecipeSettings(context.recipe).hash),
    ]
    if let target = context.recipe.target?.path {
      request.targetName = Path.name(of: target)
      request.targetPath = target
      if case .features = model { request.targetModel = try context.materials.target()?.model }
      // Only llama.cpp compares vocabularies by itself.
      if settings.formats.contains(.gguf) { request.target = try SpeculationTarget(path: target) }
    }
    return request
  }

  /// The report of the last evaluate stage before this one that measured the same head.
  private func lastEvaluation() throws -> JSONValue? {
    let before = context.recipe.stages.prefix { $0.name != settings.name }
    let stage = before.last {
      if case .evaluate(let it) = $0 { it.draftVocabulary == settings.draftVocabulary } else { false }
    }
    guard let stage else { return nil }
    let path = EvaluateStage.path(stage.name, in: context.folder)
    return try JSONValue.parse(try File.readAll(path, limit: 1 << 24), file: path)
  }
}
