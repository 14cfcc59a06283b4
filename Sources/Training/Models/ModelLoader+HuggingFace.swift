internal import DraftData
internal import FileSystem

extension ModelLoader {
  private static let configLimit = 1 << 24
  private static let tokenizerNames = [
    "tokenizer.json", "vocab.json", "encoder.json", "tokenizer.bin", "tokenizer.model",
  ]

  /// Opens a Hugging Face folder: the configuration, then the headers of its weights.
  static func openHuggingFace(_ folder: String) throws -> ModelFiles {
    let path = Path.joined(folder, "config.json")
    guard Directory.kind(of: path) == .file else {
      throw InputError(
        .missing, file: folder, found: "no config.json", expected: "a Hugging Face model folder")
    }
    let config = try JSONNode.parse(try File.readAll(path, limit: configLimit), file: path)
    var configuration = try ModelConfiguration(huggingFace: config)
    try readGenerationConfig(folder, into: &configuration)
    let weights = try SafetensorsModel(folder: folder)
    let bytes = weights.files.reduce(0) { $0 + storedBytes($1) }
    let hasTokenizer = tokenizerNames.contains { Directory.kind(of: Path.joined(folder, $0)) == .file }
    let fused = configuration.fusedTensors
    return ModelFiles(
      path: folder, format: .huggingFace, configuration: configuration,
      tensors: fused.isEmpty ? weights : UnfusedTensorSource(weights, fused), weightBytes: bytes,
      tokenizerPlace: hasTokenizer ? .path(folder) : nil)
  }

  /// The tokens that end a text are those of `generation_config.json` where it names some: chat models end a turn
  /// by another token than a document.
  private static func readGenerationConfig(
    _ folder: String, into configuration: inout ModelConfiguration
  ) throws {
    let path = Path.joined(folder, "generation_config.json")
    guard Directory.kind(of: path) == .file else { return }
    let generation = try JSONNode.parse(try File.readAll(path, limit: configLimit), file: path)
    let ends = try ModelConfiguration.tokens(generation.optional("eos_token_id"))
    if !ends.isEmpty { configuration.endTokens = ends }
    if configuration.beginToken == nil {
      configuration.beginToken = try ModelConfiguration.tokens(generation.optional("bos_token_id")).first
    }
  }

  private static func storedBytes(_ file: SafetensorsFile) -> Int {
    file.names.reduce(0) { total, name in
      let count = (file.shape(of: name) ?? []).reduce(1, *)
      return total + count * (file.elementType(of: name)?.size ?? 0)
    }
  }
}
