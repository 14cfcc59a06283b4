import Autodiff
import DraftData
import FileSystem
import Models
import TestSupport
import Testing
import Training

@Suite struct ModelLoaderTests {
  private func exported(
    _ folder: borrowing TemporaryFolder, _ configuration: ModelConfiguration = RandomModel.untied
  )
    throws -> String
  {
    let path = folder.file("model")
    try HuggingFaceExporter().export(
      RandomModel.request(RandomModel.make(configuration)), to: path, force: false)
    return path
  }

  private func text(_ path: String) throws -> String { try File.readText(path, limit: 1 << 20) }

  private func replace(_ old: String, by new: String, in path: String) throws {
    let parts = try text(path).split(separator: old, omittingEmptySubsequences: false)
    try #require(parts.count > 1, "\(old) does not stand in \(path)")
    try DurableFile.write(Array(parts.joined(separator: new).utf8), to: path)
  }

  private func failure(_ path: String) throws -> InputError {
    try #require(throws: InputError.self) {
      try ModelLoader.load(path: path, on: CPUBackend(threads: 1), readsTokenizer: false)
    }
  }

  @Test func theExpectedShapesAreThoseOfTheModel() {
    for configuration in [RandomModel.untied, RandomModel.tied] {
      let parameters = RandomModel.make(configuration).store.parameters
      #expect(configuration.parameterShapes.map(\.name) == parameters.map(\.name))
      #expect(configuration.parameterShapes.map(\.shape) == parameters.map(\.shape.extents))
    }
  }

  @Test func shardsAreReadAndTheirIndexIsChecked() throws {
    let folder = try TemporaryFolder()
    let path = try exported(folder)
    let whole = RandomModel.make()
    let names = whole.store.parameters.map(\.name)
    var map = JSONObject()
    for (number, part) in [names.prefix(7), names.dropFirst(7)].enumerated() {
      let file = "model-0000\(number + 1)-of-00002.safetensors"
      let tensors = whole.store.parameters.filter { part.contains($0.name) }.map {
        SafetensorsTensor($0.name, .bfloat16, shape: $0.shape.extents, values: whole.store.read($0))
      }
      try SafetensorsWriter.write(tensors, to: Path.joined(path, file))
      for name in part { map[name] = .string(file) }
    }
    try Directory.removeFile(Path.joined(path, "model.safetensors"))
    let index = Path.joined(path, "model.safetensors.index.json")
    func write(_ map: JSONObject) throws {
      let json: JSONValue = ["metadata": ["total_size": 1], "weight_map": .object(map)]
      try DurableFile.write(try json.serializedBytes(), to: index)
    }
    try write(map)
    let loaded = try ModelLoader.load(path: path, on: CPUBackend(threads: 1), readsTokenizer: false)
    #expect(RandomModel.stored(loaded.model, .float32) == RandomModel.stored(whole, .bfloat16))

    for stranger in ["../model.safetensors", "/etc/passwd", "model-00003-of-00002.safetensors"] {
      var wrong = map
      wrong[names[0]] = .string(stranger)
      try write(wrong)
      _ = try failure(path)
    }
    try write(map)
    let shard = Path.joined(path, "model-00002-of-00002.safetensors")
    let bytes = try File.readAll(shard, limit: 1 << 22)
    try DurableFile.write(Array(bytes.dropLast(10)), to: shard)
    #expect(try failure(path).file == shard)
  }

  @Test func allThatIsWrongWithTheTensorsIsSaidAtOnce() throws {
    let folder = try TemporaryFolder()
    let path = try exported(folder)
    let model = RandomModel.make()
    var tensors: [SafetensorsTensor] = []
    for parameter in model.store.parameters where parameter.name != "model.norm.weight" {
      let isHead = parameter.name == "lm_head.weight"
      let shape = isHead ? [24, 37] : parameter.shape.extents
      tensors.append(
        SafetensorsTensor(parameter.name, .float32, shape: shape, values: model.store.read(parameter)))
    }
    tensors.append(SafetensorsTensor("model.extra", .float32, shape: [1], values: [1]))
    try SafetensorsWriter.write(tensors, to: Path.joined(path, "model.safetensors"))
    let found = try failure(path).found
    #expect(found.contains("model.norm.weight is missing"))
    #expect(found.contains("lm_head.weight is [24, 37], expected [37, 24]"))
    #expect(found.contains("model.extra does not belong"))
  }

  @Test func sizesThatTheFileDoesNotHaveTakeNoMemory() throws {
    let folder = try TemporaryFolder()
    let path = try exported(folder)
    try replace(
      "\"intermediate_size\": 40", by: "\"intermediate_size\": 16777216", in: Path.joined(path, "config.json")
    )
    #expect(try failure(path).found.contains("expected [16777216, 24]"))
  }

  @Test(arguments: [
    ("\"model_type\": \"llama\"", "\"model_type\": \"mamba\"", "model_type"),
    ("\"mlp_bias\": false", "\"sliding_window\": 3", "sliding_window"),
    ("\"mlp_bias\": false", "\"final_logit_softcapping\": 30", "final_logit_softcapping"),
    ("\"mlp_bias\": false", "\"quantization_config\": {\"bits\": 4}", "quantization_config"),
    ("\"hidden_size\": 24", "\"hidden_size\": -1", "hidden_size"),
  ])
  func foreignModelsAreRefusedByTheKey(_ old: String, _ new: String, _ key: String) throws {
    let folder = try TemporaryFolder()
    let path = try exported(folder)
    try replace(old, by: new, in: Path.joined(path, "config.json"))
    #expect(try failure(path).key == key)
  }

  @Test func weightsThatAreIntegersAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = try exported(folder)
    let tensors = RandomModel.untied.parameterShapes.map { name, shape in
      SafetensorsTensor(name, .int8, shape: shape, bytes: [UInt8](repeating: 0, count: shape.reduce(1, *)))
    }
    try SafetensorsWriter.write(tensors, to: Path.joined(path, "model.safetensors"))
    #expect(try failure(path).found.contains("I8"))
  }

  @Test func theGenerationConfigNamesTheTokensThatEndAText() throws {
    let folder = try TemporaryFolder()
    let path = try exported(folder)
    try DurableFile.write(
      Array(#"{"eos_token_id": [5, 7]}"#.utf8), to: Path.joined(path, "generation_config.json"))
    #expect(try ModelLoader.open(path: path).configuration.endTokens == [5, 7])
  }

  @Test func whatIsNotThereIsMissing() throws {
    let folder = try TemporaryFolder()
    #expect(try failure(folder.file("nothing")).code == .missing)
    #expect(try failure(folder.file("nothing:tokenizer.bin")).code == .missing)
    #expect(try failure(folder.path).code == .missing)
  }

  @Test(.enabled(if: outsideData != nil, "needs PACER_DATA"))
  func bothHeadersOfLlama2CGiveTheSameModel() throws {
    let folder = try #require(outsideData) + "/models/stories260K/"
    let backend = CPUBackend(threads: 1)
    let legacy = try ModelLoader.load(
      path: folder + "stories260K.bin:" + folder + "tok512.bin", on: backend)
    let versioned = try ModelLoader.load(path: folder + "stories260K_v1.bin", on: backend)
    #expect(legacy.tokenizer != nil && versioned.tokenizer == nil)
    #expect(RandomModel.stored(legacy.model, .float32) == RandomModel.stored(versioned.model, .float32))
    #expect(legacy.weightBytes == legacy.model.store.weightCount * 4)
    #expect(throws: InputError.self) { try ModelLoader.open(path: folder + "stories260K-q8.bin") }
  }
}
