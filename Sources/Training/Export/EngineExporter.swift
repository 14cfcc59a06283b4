internal import DraftData
internal import FileSystem
internal import HDF5
internal import Models

/// Pacer's own HDF5 file for inference engines; see `docs/engine-format.md`.
package struct EngineExporter: Exporter {
  package let format = ExportStageRecipe.Format.engine
  private static let producer = "pacer"

  package func holdsDraftVocabulary(of subject: ExportSubject) -> Bool { true }

  /// There is nothing to set.
  package init() {}

  package func fileName(for name: String) -> String { name + ".h5" }

  package func export(_ request: ExportRequest, to path: String, force: Bool) throws {
    try checkElementType(of: request)
    try checkSubject(of: request)
    if force, Directory.kind(of: path) == .folder {
      throw InputError(
        .cannotCreate, file: path, found: "a folder stands there", expected: "a new file's name")
    }
    try Directory.create(Path.folder(of: path))
    try DurableFile.createByName(path, replaces: force) { temporary in
      try write(request, to: temporary)
      let written = try EngineFile(temporary)
      try written.verify()
      try ExportedTensor.compareAll(
        request.languageModel.store, with: written.tensors, as: request.elementType)
    }
  }

  private func write(_ request: ExportRequest, to path: String) throws {
    let file = try HDF5File(creating: path)
    try file.setAttribute("format", EngineFormat.name)
    try file.setAttribute("format_version", EngineFormat.version)
    try file.setAttribute("producer", Self.producer)
    var entries: [EngineFormat.Entry] = []
    for (name, bytes) in try texts(request) {
      entries.append(try write(bytes, .uint8, shape: [bytes.count], to: name, in: file))
    }
    if let ids = request.languageModel.configuration.draftVocabulary?.targetIDs {
      entries.append(try write(ids, .int32, shape: [ids.count], to: EngineFormat.targetIDs, in: file))
    }
    for tensor in ExportedTensor.all(of: request.languageModel.store) {
      entries.append(try write(tensor, as: request.elementType, in: file))
    }
    try file.setAttribute("content_sha256", EngineFormat.contentDigest(entries).description)
    try file.setAttribute("complete", 1)
    try file.close()
  }

  private func texts(_ request: ExportRequest) throws -> [(name: String, bytes: [UInt8])] {
    let configuration = request.languageModel.configuration
    let config = configuration.huggingFaceConfiguration(dataType: request.elementType.configurationName)
    var texts = [(EngineFormat.config, try config.serializedBytes(pretty: true))]
    let ends: [JSONValue] = configuration.endTokens.map { .integer(Int($0)) }
    let generation: JSONValue = [
      "draft_length": .integer(request.generation.draftLength),
      "temperature": .number(request.generation.temperature),
      "bos_token_id": configuration.beginToken.map { .integer(Int($0)) } ?? .null,
      "eos_token_ids": .array(ends),
    ]
    texts.append((EngineFormat.generation, try generation.serializedBytes(pretty: true)))
    if let tokenizer = request.tokenizer { texts.append((EngineFormat.tokenizer, tokenizer.json)) }
    for (name, value) in [
      (EngineFormat.acceptance, request.acceptance), (EngineFormat.provenance, request.provenance),
    ] {
      if let value { texts.append((name, try value.serializedBytes(pretty: true))) }
    }
    return texts
  }

  private func write<Value: HDF5Element>(
    _ values: [Value], _ type: HDF5ElementType, shape: [Int], to name: String, in file: borrowing HDF5File
  ) throws -> EngineFormat.Entry {
    try file.write(values, as: type, shape: shape, to: name)
    let digest = SHA256.hash(values)
    try file.setAttribute("sha256", digest.description, on: name)
    return EngineFormat.Entry(path: name, type: type.rawValue, shape: shape, digest: digest)
  }

  private func write(
    _ tensor: ExportedTensor, as type: ExportStageRecipe.ElementType, in file: borrowing HDF5File
  ) throws -> EngineFormat.Entry {
    let name = EngineFormat.tensors + "/" + tensor.name
    let dataset = try file.createDataset(name, type.hdf5Type, shape: tensor.shape)
    var hash = SHA256()
    for rows in tensor.pieces {
      let values = try tensor.values(rows, as: type)
      switch type {
      case .float32:
        hash.update(values)
        try dataset.write(rows: rows, from: values)
      default:
        let bits =
          type == .float16 ? HalfPrecision.float16Bits(values) : HalfPrecision.bfloat16Bits(values)
        hash.update(bits)
        try dataset.write(rows: rows, from: bits)
      }
    }
    let digest = hash.finalize()
    try file.setAttribute("sha256", digest.description, on: name)
    return EngineFormat.Entry(
      path: name, type: type.hdf5Type.rawValue, shape: tensor.shape, digest: digest)
  }
}
