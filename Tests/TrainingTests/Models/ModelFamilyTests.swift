import Autodiff
import DraftData
import FileSystem
import Models
import TestSupport
import Testing
import Training

/// Every family: written and read again, whole sequences against cached decoding, and what its configuration may not say.
/// The function itself is compared with transformers by `make conformance`.
@Suite struct ModelFamilyTests {
  /// Each family with everything that it has beside Llama.
  static let configurations: [ModelConfiguration] = ModelFamily.allCases.map { family in
    var c = RandomModel.untied
    c.family = family
    c.layerCount = 3
    switch family {
    case .llama: (c.hasAttentionBias, c.hasOutputBias, c.hasFeedForwardBias) = (true, true, true)
    case .mistral: c.window = SlidingWindow(size: 5, layers: [0, 1, 2])
    case .qwen2:
      c.hasAttentionBias = true
      c.window = SlidingWindow(size: 7, layers: [1, 2])
      c.ropeScaling = .yarn(
        factor: 4, betaFast: 32, betaSlow: 1, originalPositions: 24, attentionFactor: nil)
    case .qwen3: c.normalizesHeads = true
    case .phi3:
      let factors = (0..<c.headSize / 2).map { 1 + Double($0) }
      c.ropeScaling = .longRope(
        shortFactors: factors, longFactors: factors.map { 2 * $0 }, originalPositions: 48,
        attentionFactor: nil)
    case .smollm3: c.unrotatedLayers = [1]
    }
    return c
  }

  private static func sharpened(_ configuration: ModelConfiguration, _ backend: CPUBackend) -> LanguageModel {
    let model = RandomModel.make(configuration, on: backend)
    var numbers = TestNumbers("family \(configuration.family)")
    for parameter in model.store.parameters {
      let isMatrix = parameter.shape.rank == 2
      model.store.write(
        numbers.normals(parameter.shape.count).map { isMatrix ? 0.3 * $0 : 1 + 0.5 * $0 }, to: parameter)
    }
    return model
  }

  @Test(arguments: configurations) func comesBackFromAFolderBitForBit(configuration: ModelConfiguration)
    throws
  {
    let folder = try TemporaryFolder()
    let backend = CPUBackend(threads: 1)
    let model = Self.sharpened(configuration, backend)
    let path = folder.file("model")
    try HuggingFaceExporter().export(RandomModel.request(model), to: path, force: false)
    let back = try ModelLoader.load(path: path, on: backend, readsTokenizer: false).model
    #expect(back.configuration == configuration)
    #expect(RandomModel.stored(back, .float32) == RandomModel.stored(model, .float32))
  }

  @Test(arguments: configurations) func cachedDecodingEqualsWholeSequences(configuration: ModelConfiguration)
  {
    let backend = CPUBackend(threads: 1)
    let model = Self.sharpened(configuration, backend)
    var numbers = TestNumbers("tokens")
    let tokens = numbers.integers(40, below: configuration.vocabularySize)
    let whole = Self.logits(model, tokens, on: backend)
    let decoder = CachedDecoder(model, on: backend, lines: 2, capacity: 40)
    var found: [Float] = []
    // A prompt at once, then one by one.
    for rows in [0..<25] + (25..<40).map({ $0..<$0 + 1 }) {
      decoder.forward(
        tokens: Array(tokens[rows]), sequences: rows.map { _ in 1 }, positions: rows.map { Int32($0) },
        outputs: Array(0..<rows.count))
      for row in 0..<rows.count { found += decoder.withLogits(of: row) { Array($0) } }
    }
    let problem = Tolerance(.float32, terms: 40 * configuration.hiddenSize).mismatch(
      found, whole.map(Double.init))
    #expect(problem == nil)
  }

  private static func logits(_ model: LanguageModel, _ tokens: [Int32], on backend: CPUBackend) -> [Float] {
    var g = Graph()
    let inputs = SequenceInputs(batch: 1, length: tokens.count, in: &g)
    let logits = g.linear(model.hidden(inputs, in: &g), g.parameter(model.head))
    let executor = Executor(Plan(g, outputs: [logits], training: false, on: backend), on: backend)
    executor.write(tokens, to: inputs.tokens)
    executor.write(tokens.indices.map(Int32.init), to: inputs.positions)
    executor.write([Int32](repeating: 0, count: tokens.count), to: inputs.firstKey)
    executor.forward()
    return executor.read(logits)
  }

  @Test func aFusedMatrixOfOtherExtentsIsNamed() throws {
    let folder = try TemporaryFolder()
    let backend = CPUBackend(threads: 1)
    let configuration = try #require(Self.configurations.first { $0.family == .phi3 })
    let path = folder.file("model")
    try HuggingFaceExporter().export(
      RandomModel.request(RandomModel.make(configuration, on: backend)), to: path, force: false)
    let config = Path.joined(path, "config.json")
    let text = String(decoding: try File.readAll(config, limit: 1 << 20), as: UTF8.self)
    try DurableFile.write(
      Array(text.replacing("\"intermediate_size\": 40", with: "\"intermediate_size\": 41").utf8), to: config)
    let error = #expect(throws: InputError.self) { try ModelLoader.open(path: path) }
    #expect(try #require(error).found.contains("mlp.gate_up_proj.weight does not belong"))
  }

  @Test(arguments: [
    (#""model_type":"qwen2","layer_types":["full_attention","no_attention"]"#, "layer_types[1]"),
    (#""model_type":"qwen2","layer_types":["full_attention"]"#, "layer_types"),
    (
      #""model_type":"qwen3","layer_types":["full_attention","sliding_attention"],"sliding_window":4"#,
      "layer_types"
    ),
    (#""model_type":"mistral","sliding_window":0"#, "sliding_window"),
    (#""model_type":"smollm3","no_rope_layers":[1]"#, "no_rope_layers"),
    (#""model_type":"phi3","partial_rotary_factor":0.5"#, "partial_rotary_factor"),
    (
      #""model_type":"phi3","rope_scaling":{"type":"su","short_factor":[1],"long_factor":[1]},"max_position_embeddings":64"#,
      "rope_scaling.short_factor"
    ),
    (#""model_type":"llama","rope_scaling":{"rope_type":"dynamic","factor":2}"#, "rope_scaling"),
    (#""model_type":"llama","attn_logit_softcapping":50.0"#, "attn_logit_softcapping"),
    (#""model_type":"gemma2""#, "model_type"),
  ])
  func whatIsUnknownIsRefusedByItsKey(_ members: String, _ key: String) throws {
    let config = """
      {"hidden_size":16,"intermediate_size":24,"num_hidden_layers":2,"num_attention_heads":2,"vocab_size":29,\(members)}
      """
    let error = #expect(throws: InputError.self) {
      try ModelConfiguration(huggingFace: JSONNode.parse(Array(config.utf8)))
    }
    #expect(error?.key == key)
  }
}
