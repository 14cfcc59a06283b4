internal import DraftData
internal import Drafters
internal import FileSystem
internal import HDF5
internal import Models

/// Says what a path is: a checkpoint, a model, a corpus, a tokenizer.
package enum Inspection {
  /// Looks at `path` and reads every tensor once.
  ///
  /// - Parameter verify: whether all recorded checksums are compared too.
  /// - Throws: `InputError`: `missing` when nothing is there, `badData` for damage or for what Pacer does not know;
  ///   a checksum that differs names its tensor, or else its file.
  package static func inspect(_ path: String, verify: Bool = false) throws -> InspectionReport {
    switch Directory.kind(of: path) {
    case .folder: return try inspect(folder: path, verify)
    case .file: return try inspect(file: path, verify)
    default:
      if let (model, _) = ModelLoader.splitPair(path), Directory.kind(of: model) == .file {
        return try llama2C(path, model: model)
      }
      throw InputError(
        .missing, file: path, found: "nothing there",
        expected: "a checkpoint, an engine file, a corpus, a model or a tokenizer")
    }
  }

  private static func inspect(folder: String, _ verify: Bool) throws -> InspectionReport {
    func has(_ name: String) -> Bool { Directory.kind(of: Path.joined(folder, name)) == .file }
    if has(checkpointFile) { return try checkpoint(folder, verify) }
    let run = RunFolder(folder)
    if run.exists { return try checkpoint(newest(in: run), verify) }
    if has(Manifest.fileName) { return try corpus(folder, verify) }
    if has("config.json") || has("model.safetensors") || has("model.safetensors.index.json") {
      return try huggingFace(folder)
    }
    return try tokenizer(folder)
  }

  /// The last checkpoint of a run.
  private static func newest(in run: RunFolder) throws -> String {
    if let last = try DurableDirectory.numbered(in: run.checkpoints, prefix: checkpointPrefix).last {
      return last.folder
    }
    throw InputError(
      .missing, file: run.path, found: "no checkpoint yet", expected: "a run that has saved one")
  }

  private static func inspect(file path: String, _ verify: Bool) throws -> InspectionReport {
    let name = Path.name(of: path)
    if try EngineFile.isHDF5(path) { return try hdf5(path, verify) }
    if try GGUFFile.isGGUF(path) || name.hasSuffix(".gguf") { return try gguf(path) }
    if name.hasSuffix(".safetensors") { return try safetensors(path) }
    if name.hasSuffix(".bin") {
      // Both kinds of llama2.c's files end in .bin and neither has a mark: the header of a model must fit the
      // size of the file, which no tokenizer does by accident.
      do { return try llama2C(path, model: path) } catch let modelError as InputError {
        do { return try tokenizer(path) } catch is InputError { throw modelError }
      }
    }
    if [".json", ".txt", ".bpe", ".model"].contains(where: name.hasSuffix) { return try tokenizer(path) }
    throw InputError(
      .badData, file: path, found: "a file of unknown kind",
      expected: "HDF5, .safetensors, .gguf, a llama2.c .bin or a tokenizer")
  }

  private static func tokenizer(_ path: String) throws -> InspectionReport {
    let tokenizer = try TokenizerLoader.load(path: path)
    func token(_ id: Int32?) -> JSONValue {
      guard let id else { return .null }
      return ["id": .integer(Int(id)), "token": tokenizer.token(id).map { .string($0) } ?? .null]
    }
    let facts = [
      InspectionReport.Fact("vocabulary_size", .integer(tokenizer.vocabularySize)),
      .init("begin_of_text", token(tokenizer.beginOfText)), .init("end_of_text", token(tokenizer.endOfText)),
      .init("stop_tokens", .array(tokenizer.stopTokens.map { .integer(Int($0)) })),
    ]
    return InspectionReport(path: path, kind: .tokenizer, facts: facts, tensors: [])
  }

  private static func llama2C(_ path: String, model: String) throws -> InspectionReport {
    let file = try Llama2CFile(path: model)
    let tensors = try TensorReading.facts(file) { _ in "float32" }
    return InspectionReport(
      path: path, kind: .llama2c, facts: architecture(file.configuration) + [parameters(tensors)],
      tensors: tensors)
  }

  private static func safetensors(_ path: String) throws -> InspectionReport {
    let file = try SafetensorsFile(path)
    let tensors = try TensorReading.facts(file) { file.elementType(of: $0)?.rawValue ?? "" }
    let metadata = file.metadata.map { InspectionReport.Fact("metadata.\($0.key)", .string($0.value)) }
    return InspectionReport(
      path: path, kind: .safetensors, facts: metadata + [parameters(tensors)], tensors: tensors)
  }

  private static func huggingFace(_ folder: String) throws -> InspectionReport {
    let model = try SafetensorsModel(folder: folder)
    let tensors = try TensorReading.facts(model) { name in
      model.files.lazy.compactMap { $0.elementType(of: name) }.first?.rawValue ?? ""
    }
    var facts: [InspectionReport.Fact] = []
    if let format = try FeatureDrafterFiles.format(of: folder) {
      // What it is in numbers can only be said beside its target.
      return InspectionReport(
        path: folder, kind: .huggingFace,
        facts: [.init("drafter", .string("\(format.rawValue), reads a target's hidden states"))]
          + [parameters(tensors)], tensors: tensors)
    }
    do {
      let files = try ModelLoader.open(path: folder)
      facts = architecture(files.configuration)
      facts.append(.init("has_tokenizer", .bool(files.tokenizerPlace != nil)))
    } catch let error as InputError {
      // Its tensors can be shown all the same.
      facts.append(.init("not_loadable", .string(error.description)))
    }
    facts.append(.init("files", .array(model.files.map { .string(Path.name(of: $0.location)) })))
    return InspectionReport(
      path: folder, kind: .huggingFace, facts: facts + [parameters(tensors)], tensors: tensors)
  }

  /// The number of weights.
  static func parameters(_ tensors: [TensorFacts]) -> InspectionReport.Fact {
    .init("parameters", .integer(tensors.reduce(0) { $0 + $1.count }))
  }

  /// What an architecture is in numbers.
  static func architecture(_ configuration: ModelConfiguration) -> [InspectionReport.Fact] {
    [
      .init("layers", .integer(configuration.layerCount)),
      .init("hidden_size", .integer(configuration.hiddenSize)),
      .init("intermediate_size", .integer(configuration.feedForwardSize)),
      .init("heads", .integer(configuration.headCount)),
      .init("kv_heads", .integer(configuration.kvHeadCount)),
      .init("head_dim", .integer(configuration.headSize)),
      .init("vocabulary_size", .integer(configuration.vocabularySize)),
      .init("max_positions", .integer(configuration.maxPositions)),
      .init("tied_embeddings", .bool(configuration.tiesEmbeddings)),
    ]
  }
}
