import Autodiff
import DraftData
import Drafters
import Models
import Training

/// Random tiny models for round trips.
enum RandomModel {
  /// Grouped queries, a head size that is not width / heads, an untied head, llama3 scaling.
  static let untied = ModelConfiguration(
    vocabularySize: 37, hiddenSize: 24, feedForwardSize: 40, layerCount: 2, headCount: 3, kvHeadCount: 1,
    headSize: 10, ropeTheta: 5000,
    ropeScaling: .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 64),
    tiesEmbeddings: false, maxPositions: 96, beginToken: 0, endTokens: [1, 2])
  static let tied = ModelConfiguration(
    vocabularySize: 29, hiddenSize: 16, feedForwardSize: 24, layerCount: 1, headCount: 2, maxPositions: 32,
    endTokens: [3])

  /// A model with drawn weights.
  static func make(
    _ configuration: ModelConfiguration = untied, on backend: CPUBackend = CPUBackend(threads: 1)
  ) -> LanguageModel {
    let model = LanguageModel(configuration, on: backend, isTrainable: false, isLoaded: false)
    model.store.initialize(seed: 11)
    return model
  }

  /// A byte-level tokenizer with one merge, as the text of a `tokenizer.json`: `ab` is token 257.
  static let tokenizerJSON: [UInt8] = {
    // GPT-2's alphabet: printable bytes stand for themselves, the others for characters from 256 on.
    var spare = UInt32(256)
    var vocabulary = ["\"<|end|>\":0"]
    for byte in UInt32(0)...255 {
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      let code = isPrintable ? byte : spare
      if !isPrintable { spare += 1 }
      let hex = String(code, radix: 16)
      vocabulary.append("\"\\u" + String(repeating: "0", count: 4 - hex.count) + hex + "\":\(byte + 1)")
    }
    vocabulary.append("\"ab\":257")
    return Array(
      """
      {"version":"1.0","truncation":null,"padding":null,"added_tokens":[{"id":0,"content":"<|end|>",
      "single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],"normalizer":null,
      "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
      "post_processor":null,"decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,
      "use_regex":true},"model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,
      "end_of_word_suffix":null,"fuse_unk":false,"byte_fallback":false,
      "vocab":{\(vocabulary.joined(separator: ","))},"merges":["a b"]}}
      """.utf8)
  }()

  /// A request with everything that can travel along.
  static func request(
    _ model: LanguageModel, _ elementType: ExportStageRecipe.ElementType = .float32
  ) -> ExportRequest {
    var request = ExportRequest(.standalone(model), elementType: elementType)
    request.tokenizer = TokenizerFiles(json: tokenizerJSON, configuration: nil)
    request.acceptance = ["tau": 2.5, "acceptance_rate": 0.375]
    request.provenance = ["recipe": "name: test"]
    return request
  }

  /// The values of all parameters, rounded as they are stored.
  static func stored(
    _ model: LanguageModel, _ elementType: ExportStageRecipe.ElementType
  ) -> [[UInt32]] {
    model.store.parameters.map { parameter in
      model.store.read(parameter).map { value in
        switch elementType {
        case .float32: value.bitPattern
        case .float16: HalfPrecision.float(fromFloat16: HalfPrecision.float16Bits(value)).bitPattern
        case .bfloat16: HalfPrecision.float(fromBFloat16: HalfPrecision.bfloat16Bits(value)).bitPattern
        case .q8_0: preconditionFailure("Q8_0 rounds blocks, not numbers")
        }
      }
    }
  }
}
