internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// What a GGUF file of an EAGLE-3 drafter consists of, for llama.cpp's architecture `eagle3`.
struct GGUFDrafterContent: GGUFFileContent {
  let keyValues: [(key: String, value: GGUFValue)]
  let tensors: [GGUFTensor]
  let warnings: [String]
  let vocabulary: GGUFVocabulary?
  private let request: ExportRequest
  private let drafter: any RecurrentDrafter
  private let target: LanguageModel

  /// Puts the keys together; no weight is read yet.
  ///
  /// - Throws: `InputError` for tapped layers, a tokenizer or a rotary scaling that the format cannot express.
  init(_ request: ExportRequest, _ drafter: any RecurrentDrafter, _ target: LanguageModel, name: String)
    throws
  {
    (self.request, self.drafter, self.target) = (request, drafter, target)
    let llama = drafter.configuration.asLanguageModel(target.configuration)
    _ = try TappedLayerNumbers.members(drafter.tappedLayers, layerCount: target.configuration.layerCount)
    let architecture = GGUFArchitecture.eagle3
    let prefix = architecture.name + "."
    var keyValues: [(key: String, value: GGUFValue)] = [
      ("general.architecture", .string(architecture.name)), ("general.type", .string("model")),
      ("general.name", .string(name)),
      (
        prefix + "target_layers",
        .array(.int32, drafter.tappedLayers.map { .int32(Int32($0)) })
      ),
      (prefix + "target_hidden_size", .uint32(UInt32(target.configuration.hiddenSize))),
      (prefix + "norm_before_residual", .bool(false)), (prefix + "norm_before_fc", .bool(false)),
    ]
    keyValues += try architecture.keyValues(llama, fileType: request.elementType.ggufFileType)
    keyValues.append(("general.quantization_version", .uint32(2)))
    vocabulary = try GGUFContent.vocabulary(request, llama)
    keyValues += try GGUFContent.tokenizerKeyValues(vocabulary, request, llama)
    self.keyValues = keyValues
    warnings = vocabulary?.warnings ?? []
    tensors = Self.tensors(request, drafter, llama)
  }

  private static func tensors(
    _ request: ExportRequest, _ drafter: any RecurrentDrafter, _ llama: ModelConfiguration
  ) -> [GGUFTensor] {
    var made =
      ExportedTensor.inOrder(of: drafter.store).map { tensor in
        tensor.gguf(
          FeatureDrafterFormat.gguf.name(of: tensor.name), .eagle3, headSize: llama.headSize,
          as: request.elementType)
      } + GGUFContent.rotaryFactors(llama)
    if let vocabulary = drafter.draftVocabulary {
      made.append(GGUFTensor("d2t", integers: vocabulary.targetIDs.map { Int64($0) }))
    }
    return made
  }

  /// Reads a written file back, as an import would, and compares it.
  func check(_ path: String) throws {
    let files = try FeatureDrafterFiles(path, .gguf, target: target.configuration)
    guard files.architecture.draftVocabulary == drafter.draftVocabulary,
      files.architecture.tappedLayers == drafter.tappedLayers
    else {
      throw InputError(
        .inputOutput, file: path, key: "metadata", found: "another drafter than was written")
    }
    for tensor in ExportedTensor.all(of: drafter.store) {
      try tensor.compare(with: files.tensors, as: request.elementType.stored(tensor.shape))
    }
  }
}
