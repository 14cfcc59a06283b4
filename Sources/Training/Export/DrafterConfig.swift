internal import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// `config.json` of a drafter that reads hidden states, as each of its readers wants it.
struct DrafterConfig {
  /// The whole file.
  let value: JSONValue

  /// - Throws: `InputError` for tapped layers that engines cannot be told.
  init(
    _ format: ExportStageRecipe.Format, _ drafter: any RecurrentDrafter, target: ModelConfiguration,
    _ request: ExportRequest
  ) throws {
    let type = request.elementType.configurationName
    var layer = drafter.configuration.layerMembers(target, dataType: type)
    switch format {
    case .eagle, .eagleVLLM:
      // SGLang tells the drafter by its class, vLLM by its method.
      layer["architectures"] = [.string(format == .eagle ? "LlamaForCausalLMEagle" : "LlamaForCausalLM")]
      layer["bias"] = true
      value = .object(layer)
    case .speculators:
      value = try Self.speculators(layer, drafter, target, request)
    default:
      layer["architectures"] = ["LlamaForCausalLMEagle3"]
      for (key, member) in try Self.eagle3(drafter, target) { layer[key] = member }
      layer["target_hidden_size"] = .integer(target.hiddenSize)
      value = .object(layer)
    }
  }

  /// What both layouts of EAGLE-3 say. The norms are written although these are the defaults of some readers, because
  /// others have other ones.
  private static func eagle3(
    _ drafter: any RecurrentDrafter, _ target: ModelConfiguration
  ) throws -> [(String, JSONValue)] {
    [
      ("draft_vocab_size", .integer(drafter.head.shape.rows)), ("norm_before_residual", false),
      ("norm_before_fc", false),
    ] + (try TappedLayerNumbers.members(drafter.tappedLayers, layerCount: target.layerCount))
  }

  private static func speculators(
    _ layer: JSONObject, _ drafter: any RecurrentDrafter, _ target: ModelConfiguration,
    _ request: ExportRequest
  ) throws -> JSONValue {
    var layer = layer
    layer["architectures"] = nil
    var members = JSONObject()
    members["architectures"] = ["Eagle3DraftModel"]
    members["speculators_model_type"] = "eagle3"
    members["speculators_version"] = "0.9.0"
    for (key, member) in try eagle3(drafter, target) where key != TappedLayerNumbers.nested {
      members[key] = member
    }
    for key in ["fc_norm", "norm_output", "embed_requires_grad", "tie_word_embeddings"] {
      members[key] = false
    }
    members["target_hidden_size"] = .null
    members["dtype"] = .string(request.elementType.configurationName)
    members["transformer_layer_config"] = .object(layer)
    members["speculators_config"] = [
      "algorithm": "eagle3", "default_proposal_method": "greedy",
      "proposal_methods": [
        [
          "proposal_type": "greedy", "speculative_tokens": .integer(request.generation.draftLength),
          "verifier_accept_k": 1, "accept_tolerance": 0.0,
        ]
      ],
      "verifier": [
        "name_or_path": .string(request.targetPath ?? request.targetName),
        "architectures": [.string(target.family.architectureName)],
      ],
    ]
    return .object(members)
  }
}
