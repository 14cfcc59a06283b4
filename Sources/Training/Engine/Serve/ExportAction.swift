package import Autodiff
internal import DraftData
internal import FileSystem

/// `pacer export`: a run, a checkpoint or a model, in a format that an engine reads.
package struct ExportAction {
  /// A run folder, a checkpoint or a model.
  package var source: String
  /// `engine` or `hf`.
  package var format: String
  package var elementType = ExportStageRecipe.ElementType.float32
  /// Where to; replaced only with `force`.
  package var path: String
  package var force = false

  /// An export in float32 that replaces nothing.
  package init(source: String, format: String, path: String) {
    (self.source, self.format, self.path) = (source, format, path)
  }

  /// Writes the export.
  package func run(on backend: CPUBackend) throws {
    let exporter = try ExportCatalog.exporter(named: format)
    let trained = try TrainedModel.load(source, on: backend)
    var request = ExportRequest(trained.model, elementType: elementType)
    request.tokenizer = try trained.tokenizerFiles()
    if let recipe = trained.recipe {
      request.provenance = [
        "run": .string(recipe.name), "recipe_sha256": .string(RecipeSettings(recipe).hash),
      ]
      if let target = recipe.target?.path { request.targetName = Path.name(of: target) }
    }
    try exporter.export(request, to: path, force: force)
  }
}
