internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// A folder with a drafter that reads hidden states, in the layout of one of its readers: `eagle` (EAGLE's own code, HASS,
/// SGLang), `eagle-vllm`, `eagle3` (flat: SafeAILab, SpecForge, SGLang, vLLM) and `speculators`.
package struct DrafterFolderExporter: Exporter {
  package let format: ExportStageRecipe.Format
  /// How the files are laid out.
  let layout: FeatureDrafterFormat

  private static let names = [
    "README.md", "config.json", "model.safetensors", DraftVocabularyFile.name, TokenMapFile.name,
  ]
  static let embeddingName = "embed_tokens.weight"

  /// The exporter of a format.
  init(_ format: ExportStageRecipe.Format, _ layout: FeatureDrafterFormat) {
    (self.format, self.layout) = (format, layout)
  }

  package var subjects: [ExportSubject] { [layout.kind == .eagle3 ? .eagle3 : .eagle] }

  package func holdsDraftVocabulary(of subject: ExportSubject) -> Bool { format != .eagleVLLM }

  /// vLLM guesses the method from the folder's name where it is not told.
  package func fileName(for name: String) -> String { "\(name)-\(format.rawValue)" }

  package func advice(for request: ExportRequest, at path: String) throws -> [String] {
    DrafterReadme(request, format: format, folderName: Path.name(of: path)).launchLines
  }

  package func export(_ request: ExportRequest, to path: String, force: Bool) throws {
    try checkElementType(of: request)
    let (drafter, target) = try request.recurrentDrafter(for: self)
    try checkBias(of: drafter)
    try checkVocabulary(of: drafter)
    let config = try DrafterConfig(format, drafter, target: target.configuration, request).value
    try ExportedFolder.create(path, force: force, ownNames: Self.names) { folder in
      func write(_ bytes: [UInt8], _ name: String) throws {
        try DurableFile.write(bytes, to: Path.joined(folder, name))
      }
      try write(try config.serializedBytes(pretty: true) + [0x0A], "config.json")
      let readme = DrafterReadme(request, format: format, folderName: Path.name(of: path)).text
      try write(Array(readme.utf8), "README.md")
      try SafetensorsWriter.write(
        tensors(drafter, target, as: request.elementType), to: Path.joined(folder, "model.safetensors"))
      if let vocabulary = drafter.draftVocabulary, layout.kind == .eagle {
        try DraftVocabularyFile(in: folder).write(vocabulary)
        try write(TokenMapFile(vocabulary).bytes, TokenMapFile.name)
      }
      try check(folder, drafter, target, as: request.elementType)
    }
  }

  /// vLLM's EAGLE has no bias, and passes over one without a word.
  private func checkBias(of drafter: any RecurrentDrafter) throws {
    guard format == .eagleVLLM, hasBias(drafter) else { return }
    throw InputError(
      .usage, key: "--format \(format.rawValue)",
      found: "a fusion with a bias, which vLLM would leave out without a word",
      expected: "a drafter without one",
      remedy: "Train with drafter.fusion_bias: false")
  }

  /// Whether its fusion adds something.
  private func hasBias(_ drafter: any RecurrentDrafter) -> Bool {
    drafter.store.parameters.contains {
      $0.name == "fc.bias" && drafter.store.read($0).contains { $0 != 0 }
    }
  }

  /// vLLM's EAGLE has the target's whole head.
  private func checkVocabulary(of drafter: any RecurrentDrafter) throws {
    guard drafter.draftVocabulary != nil, !holdsDraftVocabulary(of: .eagle) else { return }
    throw InputError(
      .usage, key: "--format \(format.rawValue)", found: "a head for a part of the vocabulary",
      expected: "a drafter with a whole head",
      remedy: "SGLang serves one: --format \(ExportStageRecipe.Format.eagle.rawValue)")
  }

  private func tensors(
    _ drafter: any RecurrentDrafter, _ target: LanguageModel, as type: ExportStageRecipe.ElementType
  ) -> [SafetensorsTensor] {
    var made = ExportedTensor.all(of: drafter.store).map {
      $0.safetensors(as: type, named: layout.name(of: $0.name))
    }
    if layout != .eagle3 {
      let embedding = ExportedTensor.one(target.embedding.weight, of: target.store)
      made.append(embedding.safetensors(as: type, named: Self.embeddingName))
    }
    if layout == .eagle, !made.contains(where: { $0.name == "fc.bias" }) {
      // SGLang always has one, and leaves it random where the file has none.
      let size = target.configuration.hiddenSize
      made.append(
        SafetensorsTensor(
          "fc.bias", type.tensorType, shape: [size], values: [Float](repeating: 0, count: size)))
    }
    guard layout.kind == .eagle3, let vocabulary = drafter.draftVocabulary else { return made }
    return made + [
      SafetensorsTensor(
        "d2t", .int64, shape: [vocabulary.count],
        bytes: vocabulary.offsets.flatMap { offset in
          (0..<8).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) }
        }),
      SafetensorsTensor(
        "t2d", .bool, shape: [vocabulary.targetSize], bytes: vocabulary.isDrafted.map { $0 ? 1 : 0 }),
    ]
  }

  /// Reads a written folder back, as an import would, and compares all of it.
  private func check(
    _ folder: String, _ drafter: any RecurrentDrafter, _ target: LanguageModel,
    as type: ExportStageRecipe.ElementType
  ) throws {
    func wrong(_ key: String) -> InputError {
      InputError(.inputOutput, file: folder, key: key, found: "another drafter than was written")
    }
    guard try FeatureDrafterFiles.format(of: folder) == layout else { throw wrong("format") }
    let files = try FeatureDrafterFiles(folder, layout, target: target.configuration)
    guard files.architecture.draftVocabulary == drafter.draftVocabulary,
      files.architecture.tappedLayers == drafter.tappedLayers
    else { throw wrong("config.json") }
    for tensor in ExportedTensor.all(of: drafter.store) {
      // Of a bias of zeros an import makes none.
      if tensor.name == "fc.bias", !hasBias(drafter) { continue }
      try tensor.compare(with: files.tensors, as: type)
    }
  }
}
