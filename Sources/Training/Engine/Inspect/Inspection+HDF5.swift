internal import DraftData
internal import FileSystem
internal import HDF5
internal import Models

extension Inspection {
  /// The arrays of a checkpoint folder.
  static let checkpointFile = "state.h5"
  /// Checkpoints of a run are named by their number.
  static let checkpointPrefix = "step-"

  /// A committed folder of a run.
  static func checkpoint(_ folder: String, _ verify: Bool) throws -> InspectionReport {
    let manifest = try DurableDirectory.readManifest(folder)
    let path = Path.joined(folder, checkpointFile)
    let tensors: [TensorFacts]
    do {
      tensors = try datasets(path, verify)
      if verify { _ = try DurableDirectory.verify(folder) }
    } catch let error as InputError where error.key == nil && error.file == path {
      // HDF5 could not even be opened: what the manifest says about the file is the better message.
      _ = try DurableDirectory.verify(folder)
      throw error
    }
    let file = try HDF5File(reading: path)
    let model = tensors.filter { $0.name.hasPrefix("model/") }
    func fact(_ key: String) -> JSONValue { manifest[key].map { .string($0) } ?? .null }
    var facts = [
      InspectionReport.Fact("step", manifest["step"].flatMap { Int($0) }.map { .integer($0) } ?? .null),
      parameters(model), .init("weights_hash", fact("weights_hash")), .init("state_hash", fact("state_hash")),
      .init("complete", .bool(try file.integer("complete") == 1)),
    ]
    if file.contains("progress") {
      facts.append(
        .init(
          "progress", .string(try file.readText("progress").split(separator: "\n").joined(separator: ", "))))
    }
    if verify { facts.append(.init("verified", true)) }
    return InspectionReport(
      path: folder, kind: .checkpoint, facts: facts, tensors: tensors.filter { $0.type != "uint8" })
  }

  /// Any file of HDF5: an engine file, a corpus, or one that others wrote.
  static func hdf5(_ path: String, _ verify: Bool) throws -> InspectionReport {
    let file = try HDF5File(reading: path)
    let format = try? file.string("format")
    if format == EngineFormat.name { return try engine(path, verify) }
    if format == "pacer-corpus" { return try corpus(path, verify) }
    var facts: [InspectionReport.Fact] = []
    if let format { facts.append(.init("format", .string(format))) }
    let tensors = try datasets(path, verify)
    if verify { facts.append(.init("verified", true)) }
    return InspectionReport(path: path, kind: .hdf5, facts: facts, tensors: tensors)
  }

  /// A corpus: one file, or a finished folder of shards.
  static func corpus(_ path: String, _ verify: Bool) throws -> InspectionReport {
    let corpus = try CorpusReader(path, verifies: verify)
    var learnt = 0
    if verify {
      try corpus.forEach { _, document in learnt += document.lossMask.count { $0 } }
    }
    let description = corpus.description
    var facts: [InspectionReport.Fact] = [
      .init("documents", .integer(corpus.documentCount)), .init("tokens", .integer(corpus.tokenCount)),
      .init("vocabulary_size", .integer(description.vocabularySize)),
      .init("domains", .array(corpus.domains.map { .string($0) })),
      .init("teacher_entries", .integer(description.teacherEntryCount)),
      .init("tokenizer_sha256", .string(description.tokenizerHash)),
    ]
    facts.append(.init("bytes", .integer(try corpus.byteCount())))
    if let features = description.features { facts += Self.facts(features) }
    if verify {
      try corpus.checkFeatures()
      facts += [.init("learnt_tokens", .integer(learnt)), .init("verified", true)]
    }
    let isFolder = Directory.kind(of: path) == .folder
    return InspectionReport(
      path: path, kind: description.features == nil ? .corpus : .features, facts: facts,
      tensors: isFolder ? [] : try datasets(path, false))
  }

  /// What hidden states are: places in the target by how many layers have been applied.
  private static func facts(_ features: FeatureDescription) -> [InspectionReport.Fact] {
    func known(_ text: String) -> JSONValue { text.isEmpty ? .null : .string(text) }
    let layers = features.states.compactMap { state -> JSONValue? in
      if case .residual(let count) = state { .integer(count) } else { nil }
    }
    return [
      .init("final_state", .bool(features.states.contains(.final))), .init("layers_applied", .array(layers)),
      .init("storage", .string(features.storage.rawValue)),
      .init("hidden_size", .integer(features.hiddenSize)),
      .init("target_layers", .integer(features.layerCount)), .init("target", known(features.targetName)),
      .init("target_sha256", known(features.targetHash)),
    ]
  }

  private static func engine(_ path: String, _ verify: Bool) throws -> InspectionReport {
    let engine = try EngineFile(path)
    if verify { try engine.verify() }
    let file = try HDF5File(reading: path)
    let prefix = EngineFormat.tensors + "/"
    let tensors = try datasets(path, false).filter { $0.name.hasPrefix(prefix) }
    var facts: [InspectionReport.Fact] = [
      .init("format_version", .integer(EngineFormat.version)),
      .init("producer", try file.string("producer").map { .string($0) } ?? .null), .init("complete", true),
    ]
    facts += architecture(engine.configuration) + [parameters(tensors)]
    facts += [
      .init("content_sha256", try file.string("content_sha256").map { .string($0) } ?? .null),
      .init("has_tokenizer", .bool(engine.tokenizerJSON != nil)),
      .init("draft_vocabulary_size", .integer(engine.configuration.headRowCount)),
      .init("generation", try engine.json(EngineFormat.generation) ?? .null),
      .init("tau", try engine.json(EngineFormat.acceptance)?["tau"] ?? .null),
    ]
    if verify { facts.append(.init("verified", true)) }
    return InspectionReport(path: path, kind: .engine, facts: facts, tensors: tensors)
  }

  /// Facts of every dataset; with `verify` also those that hold no floats are read, and recorded hashes compared.
  private static func datasets(_ path: String, _ verify: Bool) throws -> [TensorFacts] {
    let file = try HDF5File(reading: path)
    // Files of others may hold types that cannot be read as numbers; such a file is listed without norms.
    let source = try? HDF5TensorSource(path)
    return try file.datasets().map { name in
      let isReadable = source?.contains(name) == true || (try? file.dataset(name).count) != nil
      guard isReadable else { return TensorFacts(name: name, shape: [], type: "other") }
      let dataset = try file.dataset(name)
      var facts = TensorFacts(name: name, shape: dataset.shape, type: dataset.elementType.rawValue)
      facts.digest = try file.string("sha256", on: name)
      if let source, TensorReading.isFloat(facts.type) { try TensorReading.measure(&facts, source, name) }
      if verify {
        let digest = try dataset.digest().description
        if let recorded = facts.digest, recorded != digest {
          throw dataset.error(
            found: "content with SHA-256 \(digest)", expected: DisplayText.escaped(recorded))
        }
      }
      return facts
    }
  }
}
