internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// A folder with Medusa heads, as the Medusa repository and TensorRT-LLM read them.
package struct MedusaExporter: Exporter {
  package let format = ExportStageRecipe.Format.medusa
  package let subjects: [ExportSubject] = [.medusa]

  private static let names = ["README.md", "config.json", FeatureDrafterFiles.medusaName]

  /// There is nothing to set.
  package init() {}

  package func fileName(for name: String) -> String { "\(name)-\(format.rawValue)" }

  package func advice(for request: ExportRequest, at path: String) throws -> [String] {
    DrafterReadme(request, format: format, folderName: Path.name(of: path)).launchLines
  }

  package func export(_ request: ExportRequest, to path: String, force: Bool) throws {
    try checkElementType(of: request)
    try checkSubject(of: request)
    guard case .features(let drafter) = request.model, let heads = drafter as? MedusaDrafter,
      let target = request.targetModel
    else { preconditionFailure("a drafter of hidden states is exported with its target") }
    guard heads.draftVocabulary == nil else {
      throw InputError(
        .usage, key: "--format \(format.rawValue)", found: "heads for a part of the vocabulary",
        expected: "whole heads, as the format has no other")
    }
    let type = request.elementType
    try ExportedFolder.create(path, force: force, ownNames: Self.names) { folder in
      func write(_ bytes: [UInt8], _ name: String) throws {
        try DurableFile.write(bytes, to: Path.joined(folder, name))
      }
      let config = heads.configuration.json(target: request.targetPath ?? request.targetName)
      try write(try config.serializedBytes(pretty: true) + [0x0A], "config.json")
      let readme = DrafterReadme(request, format: format, folderName: Path.name(of: path)).text
      try write(Array(readme.utf8), "README.md")
      try SafetensorsWriter.write(
        ExportedTensor.all(of: heads.store).map { $0.safetensors(as: type) },
        to: Path.joined(folder, FeatureDrafterFiles.medusaName))
      try check(folder, heads, target, as: type)
    }
  }

  /// Reads a written folder back, as an import would, and compares all of it.
  private func check(
    _ folder: String, _ heads: MedusaDrafter, _ target: LanguageModel, as type: ExportStageRecipe.ElementType
  ) throws {
    let files = try FeatureDrafterFiles(folder, .medusa, target: target.configuration)
    guard files.architecture == .medusa(heads.configuration) else {
      throw InputError(
        .inputOutput, file: folder, key: "config.json", found: "other heads than were written")
    }
    try ExportedTensor.compareAll(heads.store, with: files.tensors, as: type)
  }
}
