import Autodiff
import DraftData
import Drafters
import FileSystem
import Models
import TestSupport
import Testing
import Training

@Suite struct GGUFExportTests {
  /// Width in whole blocks of 32, inner width not; three heads on one; room for the tokenizer of `RandomModel`.
  private static func configuration(
    _ scaling: RotaryScaling? = nil, tied: Bool = false
  ) -> ModelConfiguration {
    ModelConfiguration(
      vocabularySize: 260, hiddenSize: 64, feedForwardSize: 40, layerCount: 2, headCount: 3, kvHeadCount: 1,
      headSize: 32, ropeTheta: 5000, ropeScaling: scaling, tiesEmbeddings: tied, maxPositions: 96,
      beginToken: 0,
      endTokens: [0, 2])
  }

  private static let scalings: [RotaryScaling?] = [
    nil, .linear(factor: 4),
    .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 64),
    .llama3(factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 3000),
  ]

  private func export(
    _ request: ExportRequest, _ folder: borrowing TemporaryFolder, _ name: String = "model.gguf"
  ) throws -> String {
    let path = folder.file(name)
    try GGUFExporter().export(request, to: path, force: false)
    return path
  }

  private func load(_ path: String) throws -> LoadedModel {
    try ModelLoader.load(path: path, on: CPUBackend(threads: 1))
  }

  @Test(arguments: scalings, [true, false])
  func float32ComesBackBitForBit(_ scaling: RotaryScaling?, _ tied: Bool) throws {
    let folder = try TemporaryFolder()
    let configuration = Self.configuration(scaling, tied: tied)
    let model = RandomModel.make(configuration)
    let loaded = try load(try export(RandomModel.request(model), folder))
    #expect(loaded.model.configuration == configuration)
    #expect(RandomModel.stored(loaded.model, .float32) == RandomModel.stored(model, .float32))
  }

  /// Qwen's rows of queries and keys stay in their order; biases and norms of heads are vectors like any other.
  @Test(arguments: [ModelFamily.qwen2, .qwen3]) func otherFamiliesComeBackBitForBit(family: ModelFamily)
    throws
  {
    let folder = try TemporaryFolder()
    var configuration = Self.configuration()
    configuration.family = family
    (configuration.hasAttentionBias, configuration.normalizesHeads) = (family == .qwen2, family == .qwen3)
    let model = RandomModel.make(configuration)
    for parameter in model.store.parameters where parameter.shape.rank == 1 {
      model.store.write((0..<parameter.shape.count).map { 1 + Float($0) / 7 }, to: parameter)
    }
    let path = try export(RandomModel.request(model), folder)
    let loaded = try load(path)
    #expect(loaded.model.configuration == configuration)
    #expect(RandomModel.stored(loaded.model, .float32) == RandomModel.stored(model, .float32))
    let stored = try GGUFFile(path).readAll("blk.1.attn_q.weight")
    let query = try #require(model.store.parameters.first { $0.name.hasSuffix("1.self_attn.q_proj.weight") })
    #expect(stored == model.store.read(query))
  }

  @Test(arguments: ["model_type", "sliding_window", "tensors", "rope_scaling"])
  func whatTheFormatCannotSayIsRefused(key: String) throws {
    let folder = try TemporaryFolder()
    var configuration = Self.configuration()
    switch key {
    case "model_type": configuration.family = .phi3
    case "sliding_window": configuration.window = SlidingWindow(size: 8, layers: [0])
    case "tensors": configuration.hasFeedForwardBias = true
    default:
      configuration.ropeScaling = .yarn(
        factor: 2, betaFast: 32, betaSlow: 1, originalPositions: 48, attentionFactor: nil)
    }
    let error = #expect(throws: InputError.self) {
      try export(RandomModel.request(RandomModel.make(configuration)), folder)
    }
    #expect(error?.key == key)
    #expect(try Directory.list(folder.path).isEmpty)
  }

  @Test(arguments: [ExportStageRecipe.ElementType.float16, .bfloat16, .q8_0])
  func matricesAreRoundedAndVectorsAreNot(_ type: ExportStageRecipe.ElementType) throws {
    let folder = try TemporaryFolder()
    let model = RandomModel.make(Self.configuration())
    let path = try export(RandomModel.request(model, type), folder)
    let (file, source) = (try GGUFFile(path), try ModelLoader.open(path: path).tensors)
    for parameter in model.store.parameters {
      let (values, found) = (model.store.read(parameter), try source.readAll(parameter.name))
      let width = parameter.shape.extents.last ?? 1
      let isVector = parameter.shape.extents.count == 1
      let isHalf = type == .float16 || (type == .q8_0 && width % 32 != 0)
      for start in stride(from: 0, to: values.count, by: 32) {
        let block = start..<min(start + 32, values.count)
        let largest = values[block].map(\.magnitude).max() ?? 0
        // Half a unit in the last place of each type; for Q8_0 half a step and the rounding of the step itself.
        let relative: Float = isHalf ? 0x1p-11 : type == .bfloat16 ? 0x1p-8 : 0.5 / 127 + 0x1p-11
        let bound = isVector ? 0 : largest * relative + (isHalf ? 0x1p-24 : 0)
        for index in block {
          #expect(abs(values[index] - found[index]) <= bound, "\(parameter.name) \(index)")
        }
      }
    }
    #expect(file.elementType(of: "output_norm.weight") == .float32)
    #expect(file.elementType(of: "blk.1.ffn_down.weight") == (type == .bfloat16 ? .bfloat16 : .float16))
    if type == .q8_0 { #expect(file.elementType(of: "blk.1.attn_q.weight") == .q8_0) }
  }

  @Test func keysStandInTheOrderOfTheConverter() throws {
    let folder = try TemporaryFolder()
    let path = try export(RandomModel.request(RandomModel.make(Self.configuration()), .bfloat16), folder)
    let file = try GGUFFile(path)
    #expect(
      file.keyValues.map(\.key) == [
        "general.architecture", "general.type", "general.name", "general.size_label", "llama.block_count",
        "llama.context_length", "llama.embedding_length", "llama.feed_forward_length",
        "llama.attention.head_count", "llama.attention.head_count_kv", "llama.rope.freq_base",
        "llama.attention.layer_norm_rms_epsilon", "llama.attention.key_length",
        "llama.attention.value_length",
        "general.file_type", "llama.vocab_size", "llama.rope.dimension_count", "general.quantization_version",
        "tokenizer.ggml.model", "tokenizer.ggml.pre", "tokenizer.ggml.tokens", "tokenizer.ggml.token_type",
        "tokenizer.ggml.merges", "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id",
        "tokenizer.ggml.eot_token_id", "tokenizer.ggml.add_bos_token", "tokenizer.ggml.add_eos_token",
      ])
    #expect(file.optional("general.name")?.value == .string("model"))
    #expect(file.optional("general.file_type")?.value == .uint32(32))
    #expect(file.optional("tokenizer.ggml.pre")?.value == .string("gpt-2"))
    let tokens = try file.required("tokenizer.ggml.tokens").strings()
    #expect(tokens.count == 260 && tokens.first == "<|end|>" && tokens.suffix(2) == ["[PAD258]", "[PAD259]"])
    let types = try file.required("tokenizer.ggml.token_type").integers()
    #expect(types.first == 3 && types[1] == 1 && types.suffix(2) == [5, 5])
  }

  @Test func theTokenizerEncodesTheSameAndTheTemplateTravels() throws {
    let folder = try TemporaryFolder()
    var request = RandomModel.request(RandomModel.make(Self.configuration()))
    request.tokenizer = TokenizerFiles(
      json: RandomModel.tokenizerJSON, configuration: nil, chatTemplate: "{{ messages }}")
    let loaded = try load(try export(request, folder))
    let tokenizer = try #require(loaded.tokenizer)
    #expect(tokenizer.encode("abab<|end|> ü", addSpecialTokens: true).prefix(3) == [257, 257, 0])
    #expect(tokenizer.decode(tokenizer.encode("abab ü", addSpecialTokens: false)) == "abab ü")
    #expect(try loaded.files.tokenizerFiles()?.chatTemplate == "{{ messages }}")
  }

  @Test func aModelWithoutATokenizerIsWrittenToo() throws {
    let folder = try TemporaryFolder()
    var request = RandomModel.request(RandomModel.make(RandomModel.untied))
    request.tokenizer = nil
    let loaded = try load(try export(request, folder))
    #expect(loaded.tokenizer == nil && loaded.model.configuration == RandomModel.untied)
  }

  @Test func equalRequestsGiveEqualBytes() throws {
    let folder = try TemporaryFolder()
    func bytes(_ place: String) throws -> [UInt8] {
      try Directory.create(folder.file(place))
      let request = RandomModel.request(RandomModel.make(Self.configuration()), .q8_0)
      return try File.readAll(try export(request, folder, place + "/a.gguf"), limit: 1 << 24)
    }
    #expect(try bytes("one") == bytes("two"))
  }

  @Test func anEarlierExportIsReplacedOnlyByForce() throws {
    let folder = try TemporaryFolder()
    let request = RandomModel.request(RandomModel.make(Self.configuration(tied: true)))
    let path = try export(request, folder)
    let again = RandomModel.request(RandomModel.make(Self.configuration()))
    let error = #expect(throws: InputError.self) { try GGUFExporter().export(again, to: path, force: false) }
    #expect(error?.code == .cannotCreate)
    try GGUFExporter().export(again, to: path, force: true)
    #expect(try !ModelLoader.open(path: path).configuration.tiesEmbeddings)
    #expect(try Directory.list(folder.path).sorted() == ["model.README.md", "model.gguf"], "no litter")
    let readme = try File.readText(folder.file("model.README.md"), limit: 1 << 20)
    #expect(
      readme.contains(
        "llama-server -m TARGET.gguf -md model.gguf --spec-type draft-simple --spec-draft-n-max 4"))
    try Directory.createNew(folder.file("home"))
    let home = folder.file("home")
    #expect(throws: InputError.self) { try GGUFExporter().export(again, to: home, force: true) }
  }

  @Test func whatTheFormatCannotHoldIsRefusedAndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.gguf")
    func refuse(_ change: (inout ExportRequest) -> Void) throws -> InputError? {
      var request = RandomModel.request(RandomModel.make(Self.configuration()))
      change(&request)
      let error = #expect(throws: InputError.self) {
        try GGUFExporter().export(request, to: path, force: false)
      }
      #expect(try Directory.list(folder.path).isEmpty)
      return error
    }
    let part = try DraftVocabulary(targetIDs: [1], targetSize: Self.configuration().vocabularySize)
    #expect(
      try refuse { request in
        guard let model = request.model.languageModel else { return }
        request.model = .standalone(model.trimmed(to: part, on: CPUBackend(threads: 1)))
      }?.key == "--format gguf"
    )
    #expect(
      try refuse { $0.model = .standalone(RandomModel.make(RandomModel.untied)) }?.found == "258 tokens")
    for (value, type) in [
      (Float.nan, ExportStageRecipe.ElementType.float32), (70_000, .float16), (.infinity, .q8_0),
      (1e7, .q8_0),
    ] {
      let error = try refuse { request in
        let parameter = request.model.store.parameters[2]
        request.model.store.write([value], to: parameter, at: 5)
        request.elementType = type
      }
      #expect(error?.key == "model.layers.0.self_attn.q_proj.weight", "\(value) \(type)")
    }
    for exporter in ExportCatalog.exporters where exporter.format != .gguf {
      let request = RandomModel.request(RandomModel.make(), .q8_0)
      #expect(throws: InputError.self) { try exporter.export(request, to: path, force: false) }
    }
  }

  @Test func aTargetThatLlamaCppWouldRefuseIsRefused() throws {
    let folder = try TemporaryFolder()
    func target(_ old: String, _ new: String, size: Int = 260) throws -> SpeculationTarget {
      let json = String(decoding: RandomModel.tokenizerJSON, as: UTF8.self)
      let parts = json.split(separator: old, omittingEmptySubsequences: false)
      try #require(parts.count == 2)
      let tokenizer = try TokenizerLoader.read(
        tokenizerJSON: Array(parts.joined(separator: new).utf8), file: "t", beginToken: nil, endTokens: [])
      return SpeculationTarget(
        name: "target", vocabulary: SpeculationVocabulary(try GGUFVocabulary(tokenizer, size: size)))
    }
    func error(_ target: SpeculationTarget) -> InputError? {
      var request = RandomModel.request(RandomModel.make(Self.configuration()))
      request.target = target
      let path = folder.file("a.gguf")
      return #expect(throws: InputError.self) { try GGUFExporter().export(request, to: path, force: false) }
    }
    let same = "\"version\":\"1.0\""
    #expect(try error(target("\"ab\":257", "\"ab\":258"))?.key == "token 257")
    #expect(try error(target(same, same, size: 260 + 129))?.key == "vocabulary")
    let template =
      "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<|end|>\"}},"
      + "{\"Sequence\":{\"id\":\"A\"}}],\"special_tokens\":{\"<|end|>\":{\"ids\":[0]}}}"
    #expect(try error(target("\"post_processor\":null", template))?.key == "token put in front")
    var request = RandomModel.request(RandomModel.make(Self.configuration()))
    request.target = try target(same, same, size: 260 + 128)
    try GGUFExporter().export(request, to: folder.file("fine.gguf"), force: false)
    let path = folder.file("fine.gguf")
    #expect(try SpeculationTarget(path: path).name == path)
  }
}
