package import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// `pacer export`: a run, a checkpoint or a model, in a format that an engine reads.
package struct ExportAction {
  /// A run folder, a checkpoint or a model.
  package var source: String
  /// `engine`, `hf` or `gguf`.
  package var format: String
  package var elementType = ExportStageRecipe.ElementType.float32
  /// Where to; replaced only with `force`.
  package var path: String
  package var force = false
  /// The model to draft for, by its path; nil for that of the recipe, where there is one.
  package var target: String?

  /// An export in float32 that replaces nothing.
  package init(source: String, format: String, path: String) {
    (self.source, self.format, self.path) = (source, format, path)
  }

  /// Writes the export.
  ///
  /// - Returns: what a person should know of it.
  package func run(on backend: CPUBackend) throws -> [String] {
    let exporter = try ExportCatalog.exporter(named: format)
    let trained = try TrainedModel.load(source, on: backend, target: target)
    var request = ExportRequest(trained.model, elementType: elementType)
    request.tokenizer = try trained.tokenizerFiles()
    if let recipe = trained.recipe {
      request.provenance = [
        "run": .string(recipe.name), "recipe_sha256": .string(RecipeSettings(recipe).hash),
      ]
    }
    if case .features = trained.model {
      request.targetModel = try trained.target()?.model
      request.targetPath = target ?? trained.recipe?.target?.path
    }
    let remark = try name(target ?? trained.recipe?.target?.path, in: &request, exporter.format)
    try exporter.export(request, to: path, force: force)
    return try exporter.advice(for: request, at: path) + (remark.map { [$0] } ?? [])
  }

  /// Names the target, and has vocabularies compared where the caller asks for it or llama.cpp would do it by itself.
  ///
  /// - Returns: a remark where a recipe's target is no longer there to be compared.
  private func name(
    _ path: String?, in request: inout ExportRequest, _ format: ExportStageRecipe.Format
  ) throws -> String? {
    guard let path else { return nil }
    request.targetName = Path.name(of: path)
    guard target != nil || format == .gguf else { return nil }
    do {
      request.target = try SpeculationTarget(path: path)
    } catch let error as InputError where error.code == .missing && target == nil {
      return "the vocabulary was not compared with the target's: \(error)"
    }
    return nil
  }
}
