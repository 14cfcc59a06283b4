package import Autodiff
package import DraftData
package import FileSystem
internal import Models

/// A published acceptance head: a folder with `config.json` and `model.safetensors`, whose names are those of the modules in
/// SpecDec++'s code. A block that several layers use is stored once.
package struct AcceptanceHeadFiles {
  package let configuration: AcceptanceHead.Configuration
  package let tensors: any TensorSource

  /// How the files of the folder are called.
  package static let names = (config: "config.json", weights: "model.safetensors")
  private static let kind = "acceptance_head"
  private static let configLimit = 1 << 20

  /// Opens a folder.
  ///
  /// - Parameter hiddenSize: width of the drafter's states.
  /// - Throws: `InputError` for what is damaged, missing, no acceptance head, or made for another drafter.
  package init(_ path: String, hiddenSize: Int) throws {
    let configPath = Path.joined(path, Self.names.config)
    let config = try JSONNode.parse(try File.readAll(configPath, limit: Self.configLimit), file: configPath)
    let type = try config.required("model_type")
    guard try type.string == Self.kind else {
      throw type.error(found: "another kind of model", expected: "'\(Self.kind)'")
    }
    let size = try config.required("hidden_size")
    guard try size.int(in: 1...(1 << 24)) == hiddenSize else {
      throw size.error(
        found: "a head for states of another width", expected: "the drafter's \(hiddenSize)")
    }
    configuration = AcceptanceHead.Configuration(
      hiddenSize: hiddenSize, layerCount: try config.required("num_layers").int(in: 0...100),
      sharesBlock: try config.required("shared_block").bool)
    tensors = try SafetensorsFile(Path.joined(path, Self.names.weights))
  }

  /// `config.json` of a head.
  package static func json(_ configuration: AcceptanceHead.Configuration) -> JSONValue {
    [
      "model_type": .string(kind), "hidden_size": .integer(configuration.hiddenSize),
      "num_layers": .integer(configuration.layerCount), "shared_block": .bool(configuration.sharesBlock),
    ]
  }

  /// The head with its weights, frozen.
  package func load(on backend: any Backend) throws -> AcceptanceHead {
    let head = AcceptanceHead(configuration, on: backend, isTrainable: false, isLoaded: true)
    try head.store.load(tensors)
    return head
  }
}

extension AcceptanceHead {
  /// What is wrong with a head over Medusa's.
  package static func doesNotFitMedusa(file: String, key: String) -> InputError {
    InputError(
      .usage, file: file, key: key,
      found: "Medusa heads, which draft all tokens from one state and read none of them",
      expected: "a language model, or a drafter of the EAGLE family")
  }
}
