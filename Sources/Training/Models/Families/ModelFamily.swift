internal import DraftData

/// The families of decoders that Pacer knows, by the `model_type` of their configurations.
package enum ModelFamily: String, Sendable, CaseIterable {
  case llama
  case mistral
  case qwen2
  case qwen3
  case phi3
  case smollm3

  /// The class of the model in transformers.
  package var architectureName: String { description.architecture }

  /// What the family differs in.
  var description: any FamilyDescription.Type {
    switch self {
    case .llama: LlamaFamily.self
    case .mistral: MistralFamily.self
    case .qwen2: Qwen2Family.self
    case .qwen3: Qwen3Family.self
    case .phi3: Phi3Family.self
    case .smollm3: SmolLM3Family.self
    }
  }
}

/// One family: which keys its configuration has, what they mean, and how its weights are named where not as in Llama.
///
/// A family says nothing of what all share: sizes, rotary settings, norms, special tokens.
protocol FamilyDescription {
  /// The class of the model in transformers.
  static var architecture: String { get }
  /// Rotary base of configurations that name none.
  static var defaultTheta: Double { get }
  /// Whether the head is the embedding where a configuration does not say.
  static var tiesEmbeddings: Bool { get }
  /// Keys of the configuration beyond the shared ones.
  static var keys: Set<String> { get }
  /// Reads those keys.
  static func read(_ config: JSONNode, into configuration: inout ModelConfiguration) throws
  /// Those keys, for a configuration that transformers reads.
  static func write(_ configuration: ModelConfiguration) -> [(String, JSONValue)]
  /// Weights of a layer that files of the family keep one below another, under their names within the layer.
  static func fusedWeights(_ configuration: ModelConfiguration) -> [FusedTensor]
}

extension FamilyDescription {
  static var defaultTheta: Double { 10_000 }
  static var tiesEmbeddings: Bool { false }
  static func fusedWeights(_ configuration: ModelConfiguration) -> [FusedTensor] { [] }
}
