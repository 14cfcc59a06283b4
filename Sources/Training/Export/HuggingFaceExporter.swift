internal import DraftData
internal import FileSystem
internal import Models

/// A Hugging Face folder, which transformers, vLLM and SGLang load as it is.
package struct HuggingFaceExporter: Exporter {
  package let format = ExportStageRecipe.Format.huggingFace

  /// Every file that an export may consist of.
  private static let names = [
    "README.md", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
    "tokenizer_config.json",
  ]

  /// There is nothing to set.
  package init() {}

  package func fileName(for name: String) -> String { name + "-hf" }

  package func advice(for request: ExportRequest, at path: String) throws -> [String] {
    HuggingFaceReadme(request, folderName: Path.name(of: path)).launchLines
  }

  package func export(_ request: ExportRequest, to path: String, force: Bool) throws {
    try checkElementType(of: request)
    try checkSubject(of: request)
    guard request.languageModel.configuration.draftVocabulary == nil else {
      throw InputError(
        .usage, key: "--format hf",
        found: "the drafter has a vocabulary of its own, which Hugging Face's Llama cannot express",
        expected: "the target's vocabulary", remedy: "Export it with --format engine")
    }
    try ExportedFolder.create(path, force: force, ownNames: Self.names) { folder in
      func write(_ bytes: [UInt8], _ name: String) throws {
        try DurableFile.write(bytes, to: Path.joined(folder, name))
      }
      let configuration = request.languageModel.configuration
      let config = configuration.huggingFaceConfiguration(dataType: request.elementType.configurationName)
      try write(try config.serializedBytes(pretty: true) + [0x0A], "config.json")
      try write(try generation(request).serializedBytes(pretty: true) + [0x0A], "generation_config.json")
      if let tokenizer = request.tokenizer {
        try write(tokenizer.json, "tokenizer.json")
        try write(try tokenizer.configuration ?? tokenizerConfiguration(request), "tokenizer_config.json")
      }
      let readme = HuggingFaceReadme(request, folderName: Path.name(of: path)).text
      try write(Array(readme.utf8), "README.md")
      let weights = Path.joined(folder, "model.safetensors")
      try SafetensorsWriter.write(tensors(request), to: weights)
      try ExportedTensor.compareAll(
        request.languageModel.store,
        with: UnfusedTensorSource(try SafetensorsFile(weights), configuration.fusedTensors),
        as: request.elementType)
    }
  }

  private func tensors(_ request: ExportRequest) -> [SafetensorsTensor] {
    let type = request.elementType
    let own = ExportedTensor.all(of: request.languageModel.store)
    let fused = request.languageModel.configuration.fusedTensors
    let parts = Set(fused.flatMap { $0.parts.map(\.name) })
    let single = own.filter { !parts.contains($0.name) }.map {
      $0.safetensors(as: type)
    }
    let byName = Dictionary(uniqueKeysWithValues: own.map { ($0.name, $0) })
    return single
      + fused.map { whole in
        let columns = whole.parts.first.flatMap { byName[$0.name]?.shape.last } ?? 0
        return SafetensorsTensor(whole.name, type.tensorType, shape: [whole.rows, columns]) { rows in
          try whole.pieces(rows).flatMap { try byName[$0.name]?.values($0.rows, as: type) ?? [] }
        }
      }
  }

  /// `num_assistant_tokens` and its neighbours are what transformers asks a drafter for.
  private func generation(_ request: ExportRequest) -> JSONValue {
    let configuration = request.languageModel.configuration
    let ends = configuration.endTokens
    var members = JSONObject()
    members["bos_token_id"] = configuration.beginToken.map { .integer(Int($0)) }
    if !ends.isEmpty {
      members["eos_token_id"] =
        ends.count == 1 ? .integer(Int(ends[0])) : .array(ends.map { .integer(Int($0)) })
    }
    members["pad_token_id"] = configuration.padToken.map { .integer(Int($0)) }
    if request.generation.temperature > 0 {
      members["do_sample"] = true
      members["temperature"] = .number(request.generation.temperature)
    }
    members["num_assistant_tokens"] = .integer(request.generation.draftLength)
    members["num_assistant_tokens_schedule"] = "constant"
    // 0: always draft the whole length, which is what was measured.
    members["assistant_confidence_threshold"] = .number(0)
    return .object(members)
  }

  /// For a tokenizer whose model came without one.
  private func tokenizerConfiguration(_ request: ExportRequest) throws -> [UInt8] {
    let configuration = request.languageModel.configuration
    var members = JSONObject()
    members["tokenizer_class"] = "PreTrainedTokenizerFast"
    members["model_max_length"] = .integer(configuration.maxPositions)
    members["clean_up_tokenization_spaces"] = false
    if let json = request.tokenizer?.json {
      let tokenizer = try TokenizerLoader.read(
        tokenizerJSON: json, file: "tokenizer.json", beginToken: configuration.beginToken,
        endTokens: configuration.endTokens)
      let names = [
        ("bos_token", tokenizer.beginOfText), ("eos_token", tokenizer.endOfText),
        ("pad_token", configuration.padToken),
      ]
      for (key, id) in names {
        if let id, let token = tokenizer.token(id) { members[key] = .string(token) }
      }
    }
    members["chat_template"] = request.tokenizer?.chatTemplate.map { .string($0) }
    return try JSONValue.object(members).serializedBytes(pretty: true) + [0x0A]
  }
}
