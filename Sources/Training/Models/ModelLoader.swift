package import Autodiff
internal import DraftData
internal import FileSystem

/// Finds and loads models, whatever their format.
package enum ModelLoader {
  /// Opens a model and checks its names and shapes; no weight is read and no memory taken for any.
  ///
  /// - Parameter path: a Hugging Face folder (`config.json`, `model.safetensors` or shards), an engine file, a
  ///   GGUF file, or a llama2.c checkpoint `model.bin:tokenizer.bin`, the tokenizer being optional.
  /// - Throws: `InputError`: `missing` when nothing is there, `badData` when it is damaged or no Llama, with every
  ///   missing, extra and misshapen tensor in one message.
  package static func open(path: String) throws -> ModelFiles {
    let files = try openUnchecked(path)
    try TensorComparison.check(files.tensors, against: files.configuration.parameterShapes)
    return files
  }

  /// Loads a model, frozen. Weights are read in pieces straight to where they stay: beyond the float32 model
  /// itself this needs a few megabytes.
  ///
  /// - Parameters:
  ///   - positions: how many positions the rotary table covers; nil: as many as the model was made for.
  ///   - storage: how matrices are kept in memory.
  ///   - readsTokenizer: whether the tokenizer is read too; without, one that Pacer cannot do is no error.
  ///   - readsWeights: false leaves every weight NaN, where only sizes matter.
  package static func load(
    path: String, on backend: any Backend, positions: Int? = nil, storage: ElementType = .float32,
    readsTokenizer: Bool = true, readsWeights: Bool = true
  ) throws -> LoadedModel {
    let files = try open(path: path)
    let tokenizer = readsTokenizer ? try files.tokenizer() : nil
    let model = LanguageModel(
      files.configuration, on: backend, positions: positions, isTrainable: false, isLoaded: true,
      storage: storage)
    if readsWeights { try model.store.load(files.tensors) }
    return LoadedModel(model: model, tokenizer: tokenizer, files: files)
  }

  private static func openUnchecked(_ path: String) throws -> ModelFiles {
    switch Directory.kind(of: path) {
    case .folder: return try openHuggingFace(path)
    case .file:
      if try GGUFFile.isGGUF(path) || path.hasSuffix(".gguf") { return try openGGUF(path) }
      return try EngineFile.isHDF5(path)
        ? try openEngine(path) : try openLlama2C(path, model: path, tokenizer: nil)
    default:
      // Only a path that is no file itself is taken for two with a colon between them.
      guard let (model, tokenizer) = splitPair(path), Directory.kind(of: model) == .file else {
        throw InputError(
          .missing, file: path, found: "nothing there",
          expected: "a Hugging Face folder, an engine file, a GGUF file, or model.bin:tokenizer.bin")
      }
      return try openLlama2C(path, model: model, tokenizer: tokenizer)
    }
  }

  /// `model.bin:tokenizer.bin` as its two parts.
  package static func splitPair(_ path: String) -> (model: String, tokenizer: String)? {
    guard let colon = path.lastIndex(of: ":") else { return nil }
    let (model, tokenizer) = (path[..<colon], path[path.index(after: colon)...])
    return model.isEmpty || tokenizer.isEmpty ? nil : (String(model), String(tokenizer))
  }

  private static func openLlama2C(_ path: String, model: String, tokenizer: String?) throws -> ModelFiles {
    let file = try Llama2CFile(path: model)
    let count = file.configuration.parameterShapes.reduce(0) { $0 + $1.shape.reduce(1, *) }
    if let tokenizer, Directory.kind(of: tokenizer) == nil {
      throw InputError(.missing, file: tokenizer, found: "no such file", expected: "a llama2.c tokenizer")
    }
    return ModelFiles(
      path: path, format: .llama2c, configuration: file.configuration, tensors: file, weightBytes: 4 * count,
      tokenizerPlace: tokenizer.map { .path($0) })
  }

  private static func openGGUF(_ path: String) throws -> ModelFiles {
    let model = try GGUFModelFile(path)
    return ModelFiles(
      path: path, format: .gguf, configuration: model.configuration,
      tensors: UnfusedTensorSource(model, model.configuration.fusedTensors),
      weightBytes: model.file.byteCount,
      tokenizerPlace: try GGUFTokenizer.isPresent(in: model.file) ? .path(path) : nil)
  }

  private static func openEngine(_ path: String) throws -> ModelFiles {
    let file = try EngineFile(path)
    return ModelFiles(
      path: path, format: .engine, configuration: file.configuration, tensors: file.tensors,
      weightBytes: file.weightBytes, tokenizerPlace: file.tokenizerJSON.map { .embedded($0) })
  }
}
