internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem

/// A folder with an acceptance head alone: the drafter under it has files of its own.
package struct AcceptanceHeadExporter: Exporter {
  package let format = ExportStageRecipe.Format.acceptanceHead
  package let subjects: [ExportSubject] = [.acceptanceHead]

  private static let files = AcceptanceHeadFiles.names

  /// There is nothing to set.
  package init() {}

  package func fileName(for name: String) -> String { "\(name)-\(format.rawValue)" }

  package func advice(for request: ExportRequest, at path: String) throws -> [String] {
    ["pacer evaluate DRAFTER --target TARGET --acceptance-head \(path) --draft-length 20 --rejection 0.7"]
  }

  package func export(_ request: ExportRequest, to path: String, force: Bool) throws {
    try checkElementType(of: request)
    try checkSubject(of: request)
    guard let head = request.model.acceptanceHead else {
      preconditionFailure("no acceptance head is exported")
    }
    let type = request.elementType
    try ExportedFolder.create(path, force: force, ownNames: [Self.files.config, Self.files.weights]) {
      folder in
      let config = AcceptanceHeadFiles.json(head.configuration)
      try DurableFile.write(
        try config.serializedBytes(pretty: true) + [0x0A], to: Path.joined(folder, Self.files.config))
      try SafetensorsWriter.write(
        ExportedTensor.all(of: head.store).map { $0.safetensors(as: type) },
        to: Path.joined(folder, Self.files.weights))
      let written = try AcceptanceHeadFiles(folder, hiddenSize: head.configuration.hiddenSize)
      guard written.configuration == head.configuration else {
        throw InputError(
          .inputOutput, file: folder, key: Self.files.config, found: "another head than was written")
      }
      try ExportedTensor.compareAll(head.store, with: written.tensors, as: type)
    }
  }
}
