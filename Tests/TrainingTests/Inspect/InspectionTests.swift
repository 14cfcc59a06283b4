import Autodiff
import DraftData
import FileSystem
import HDF5
import Models
import TestSupport
import Testing
import Training

@Suite struct InspectionTests {
  private func norm(_ model: LanguageModel, _ name: String) throws -> Double {
    let parameter = try #require(model.store.parameters.first { $0.name == name })
    return model.store.read(parameter).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test func anEngineFileIsToldWithNormsAndHashes() throws {
    let folder = try TemporaryFolder()
    let model = RandomModel.make()
    let path = folder.file("e.h5")
    try EngineExporter().export(RandomModel.request(model), to: path, force: false)
    let report = try Inspection.inspect(path, verify: true)
    #expect(report.kind == .engine && report["verified"] == true)
    #expect(report["parameters"] == .integer(model.store.weightCount))
    #expect(report["tau"] == 2.5)
    #expect(report.tensors.count == model.store.parameters.count)
    let embedding = try #require(report.tensors.first { $0.name == "tensors/model.embed_tokens.weight" })
    #expect(embedding.shape == [37, 24] && embedding.type == "float32" && embedding.digest?.count == 64)
    #expect(embedding.norm == (try norm(model, "model.embed_tokens.weight")))
    #expect(report.text.contains("embed_tokens.weight") && report.text.contains("float32 [37, 24]"))
    #expect(report.json["kind"] == "engine")
  }

  @Test func aHuggingFaceFolderItsWeightsAndItsTokenizerAreTold() throws {
    let folder = try TemporaryFolder()
    let model = RandomModel.make()
    let path = folder.file("hf")
    try HuggingFaceExporter().export(RandomModel.request(model, .bfloat16), to: path, force: false)
    let report = try Inspection.inspect(path)
    #expect(report.kind == .huggingFace && report["has_tokenizer"] == true && report["layers"] == 2)
    #expect(report.tensors.allSatisfy { $0.type == "BF16" })
    let file = try Inspection.inspect(path + "/model.safetensors")
    #expect(file.kind == .safetensors && file["metadata.format"] == "pt")
    #expect(file.tensors == report.tensors)
    let tokenizer = try Inspection.inspect(path + "/tokenizer.json")
    #expect(tokenizer.kind == .tokenizer && tokenizer["vocabulary_size"] == 258)
  }

  @Test func aFolderThatCannotBeLoadedShowsItsTensorsAndSaysWhy() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("hf")
    try HuggingFaceExporter().export(RandomModel.request(RandomModel.make()), to: path, force: false)
    try DurableFile.write(Array(#"{"model_type": "mamba"}"#.utf8), to: path + "/config.json")
    let report = try Inspection.inspect(path)
    #expect(report["not_loadable"]?.stringValue?.contains("mamba") == true)
    #expect(!report.tensors.isEmpty)
  }

  private func checkpoint(in parent: String) throws -> String {
    try DurableDirectory.commit(
      in: parent, name: "step-7",
      facts: [
        Manifest.Fact("step", "7"), Manifest.Fact("weights_hash", "abc"), Manifest.Fact("state_hash", "def"),
      ]
    ) { folder in
      let file = try HDF5File(creating: Path.joined(folder, "state.h5"))
      try file.write([Float](repeating: 0.5, count: 6000), shape: [60, 100], to: "model/x.weight")
      try file.write([Float](repeating: 2, count: 4), to: "optimizer/x.weight/first")
      try file.setAttribute("complete", 1)
      try file.close()
    }
    return Path.joined(parent, "step-7")
  }

  @Test func aCheckpointTellsItsStepParametersAndHashes() throws {
    let folder = try TemporaryFolder()
    let path = try checkpoint(in: folder.path)
    let json = try Inspection.inspect(path, verify: true).json
    #expect(json["step"] == 7 && json["parameters"] == 6000 && json["complete"] == true)
    #expect(json["weights_hash"] == "abc" && json["state_hash"] == "def")
  }

  @Test func aCorpusTellsItsDocumentsAndTokens() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("corpus.h5")
    let file = try HDF5File(creating: path)
    try file.setAttribute("format", "pacer-corpus")
    try file.setAttribute("version", 1)
    try file.setAttribute("vocabulary_size", 32)
    try file.write([Int32]([1, 5, 9, 2, 1, 7, 7]), to: "tokens")
    try file.write([Int64]([0, 4, 7]), to: "offsets")
    try file.writeStrings(["stories"], to: "domains")
    try file.write([Int32]([0, 0]), to: "domain_indices")
    try file.close()
    let report = try Inspection.inspect(path, verify: true)
    #expect(report.kind == .corpus && report["documents"] == 2 && report["tokens"] == 7)
    #expect(report["domains"] == ["stories"] && report["verified"] == true)
    #expect(report.tensors.map(\.name) == ["domain_indices", "domains", "offsets", "tokens"])
  }

  @Test func damageNamesTheTensor() throws {
    let folder = try TemporaryFolder()
    let path = try checkpoint(in: folder.path)
    let file = Path.joined(path, "state.h5")
    var bytes = try File.readAll(file, limit: 1 << 20)
    let pattern: [UInt8] = [0, 0, 0, 0x3F, 0, 0, 0, 0x3F, 0, 0, 0, 0x3F]
    let place = try #require(bytes.indices.dropLast(12).first { Array(bytes[$0..<$0 + 12]) == pattern })
    bytes[place + 400] ^= 1
    try DurableFile.write(bytes, to: file)
    let error = #expect(throws: InputError.self) { try Inspection.inspect(path, verify: true) }
    #expect(error?.key == "model/x.weight")
  }

  @Test func whatNobodyKnowsIsRefused() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write([1, 2, 3], to: folder.file("x.dat"))
    for name in ["x.dat", "absent", "absent:also"] {
      #expect(throws: InputError.self) { try Inspection.inspect(folder.file(name)) }
    }
    #expect(throws: InputError.self) { try Inspection.inspect(folder.path) }
  }

  @Test(.enabled(if: outsideData != nil, "needs PACER_DATA"))
  func checkpointsAndTokenizersOfLlama2CAreToldApart() throws {
    let folder = try #require(outsideData) + "/models/stories260K/"
    #expect(try Inspection.inspect(folder + "stories260K.bin")["parameters"] == 260_032)
    #expect(try Inspection.inspect(folder + "tok512.bin").kind == .tokenizer)
  }

  @Test func aGGUFFileShowsItsKeysAndItsOwnNames() throws {
    let report = try Inspection.inspect(repositoryRoot + "Tests/Golden/gguf/llama.gguf")
    #expect(report.kind == .gguf)
    #expect(report["general.architecture"] == "llama" && report["llama.block_count"] == 1)
    #expect(report["llama.attention.layer_norm_rms_epsilon"] == .number(1e-5))
    #expect(report["tokenizer.ggml.tokens"] == "7 elements" && report["has_tokenizer"] == true)
    let queries = report.tensors.first { $0.name == "blk.0.attn_q.weight" }
    #expect(queries?.shape == [32, 32] && queries?.type == "F32")
    let mixed = try Inspection.inspect(repositoryRoot + "Tests/Golden/gguf/mixed.gguf")
    #expect(mixed["not_loadable"] != nil && mixed.tensors.contains { $0.type == "Q6_K" && $0.norm != nil })
  }
}
