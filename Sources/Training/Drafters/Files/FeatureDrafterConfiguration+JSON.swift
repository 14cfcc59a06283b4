package import DraftData
internal import FileSystem
package import Models

/// `config.json` of published drafters.
extension FeatureDrafterConfiguration {
  /// Keys of a Llama that say what the layer computes; the others say how a drafter is called and stored.
  private static let layerKeys = [
    "hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads", "head_dim",
    "vocab_size", "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling", "rope_parameters",
    "hidden_act", "attention_bias", "mlp_bias", "num_hidden_layers",
  ]
  /// Variants of EAGLE-3 that are computed otherwise.
  private static let variants = ["norm_before_residual", "norm_before_fc", "fc_norm", "norm_output"]

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - config: of the drafter.
  ///   - target: what it reads.
  /// - Throws: `InputError` naming the key of what is missing, unknown here, or another than the target's.
  package init(
    json config: JSONNode, _ format: FeatureDrafterFormat, target: ModelConfiguration
  ) throws {
    let layer = format == .speculators ? try config.required("transformer_layer_config") : config
    var members = JSONObject()
    members["model_type"] = "llama"
    for key in Self.layerKeys { members[key] = try layer.object[key] }
    try Self.refuseVariants(config)
    let llama = try ModelConfiguration(huggingFace: JSONNode(.object(members), file: config.file))
    try Self.check(llama, config, target: target)
    self.init(for: target)
    feedForwardSize = llama.feedForwardSize
    (headCount, kvHeadCount, headSize) = (llama.headCount, llama.kvHeadCount, llama.headSize)
    (normEpsilon, rotary) = (llama.normEpsilon, llama)
    if format.kind == .eagle3, let taps = try TappedLayerNumbers.read(config) {
      tappedLayers = taps
    }
    guard tappedLayers.allSatisfy({ $0 <= target.layerCount }) else {
      throw config.error(
        found: "states after \(tappedLayers) layers",
        expected: "no more than the target's \(target.layerCount)")
    }
  }

  private static func refuseVariants(_ config: JSONNode) throws {
    for key in variants {
      guard let flag = try config.optional(key), try flag.bool else { continue }
      throw flag.error(
        found: "found true", expected: "false",
        remedy: "This variant of EAGLE-3 computes something else than Pacer's drafter")
    }
  }

  private static func check(
    _ llama: ModelConfiguration, _ config: JSONNode, target: ModelConfiguration
  ) throws {
    guard llama.layerCount == 1 else {
      throw config.error(found: "\(llama.layerCount) layers", expected: "one: num_hidden_layers 1")
    }
    guard llama.hiddenSize == target.hiddenSize else {
      throw config.error(
        found: "hidden_size \(llama.hiddenSize)", expected: "the target's \(target.hiddenSize)")
    }
    guard llama.vocabularySize == target.vocabularySize else {
      throw config.error(
        found: "vocab_size \(llama.vocabularySize)", expected: "the target's \(target.vocabularySize)")
    }
  }

  /// The keys of a Llama of one layer that is this drafter's, for a target.
  ///
  /// - Parameter dataType: how the weights are stored: `float32`, `float16` or `bfloat16`.
  package func layerMembers(_ target: ModelConfiguration, dataType: String) -> JSONObject {
    var llama = asLanguageModel(target)
    llama.family = .llama
    guard case .object(let members) = llama.huggingFaceConfiguration(dataType: dataType) else {
      preconditionFailure("a configuration is an object")
    }
    return members
  }

  /// The sizes of the layer as those of a language model of one layer over the target's vocabulary.
  package func asLanguageModel(_ target: ModelConfiguration) -> ModelConfiguration {
    var llama = ModelConfiguration(
      vocabularySize: target.vocabularySize, hiddenSize: hiddenSize, feedForwardSize: feedForwardSize,
      layerCount: 1, headCount: headCount, kvHeadCount: kvHeadCount, headSize: headSize,
      normEpsilon: normEpsilon, ropeTheta: rotary.ropeTheta, tiesEmbeddings: false,
      maxPositions: rotary.maxPositions, beginToken: target.beginToken, endTokens: target.endTokens,
      padToken: target.padToken)
    llama.ropeScaling = rotary.ropeScaling
    return llama
  }
}
