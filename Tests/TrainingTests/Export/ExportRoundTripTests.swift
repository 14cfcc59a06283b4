import Autodiff
import DraftData
import FileSystem
import Models
import TestSupport
import Testing
import Training

@Suite struct ExportRoundTripTests {
  /// The formats that keep every weight and every byte of the tokenizer; GGUF has tests of its own.
  private static let exact = [ExportStageRecipe.Format.engine, .huggingFace]
  private static let cases = exact.flatMap { format in
    ExportCatalog.exporter(for: format).elementTypes.map { (format, $0) }
  }

  @Test func everyFormatHasOneExporter() {
    for format in ExportStageRecipe.Format.allCases {
      #expect(ExportCatalog.exporters.filter { $0.format == format }.count == 1, "\(format)")
    }
    let error = #expect(throws: InputError.self) { try ExportCatalog.exporter(named: "onnx") }
    #expect(
      error?.expected
        == "engine or hf or gguf or eagle or eagle-vllm or eagle3 or speculators or medusa or acceptance-head"
    )
  }

  @Test(arguments: cases)
  func everyWeightComesBackBitForBit(
    _ format: ExportStageRecipe.Format, _ type: ExportStageRecipe.ElementType
  ) throws {
    let folder = try TemporaryFolder()
    for configuration in [RandomModel.untied, RandomModel.tied] {
      let model = RandomModel.make(configuration)
      let path = folder.file(configuration.tiesEmbeddings ? "tied" : "untied")
      try ExportCatalog.exporter(for: format).export(RandomModel.request(model, type), to: path, force: false)
      let loaded = try ModelLoader.load(path: path, on: CPUBackend(threads: 1), readsTokenizer: false)
      #expect(loaded.model.configuration == configuration)
      #expect(RandomModel.stored(loaded.model, .float32) == RandomModel.stored(model, type))
      #expect(loaded.weightBytes == model.store.weightCount * (type == .float32 ? 4 : 2))
      #expect(loaded.model.store.parameters.allSatisfy { !$0.isTrainable })
    }
  }

  @Test(arguments: exact)
  func theTokenizerKeepsItsBytes(_ format: ExportStageRecipe.Format) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("out")
    try ExportCatalog.exporter(for: format).export(
      RandomModel.request(RandomModel.make()), to: path, force: false)
    let files = try ModelLoader.open(path: path)
    #expect(try files.tokenizerFiles()?.json == RandomModel.tokenizerJSON)
    #expect(try files.tokenizer()?.encode("abab", addSpecialTokens: false) == [257, 257])
  }

  @Test(arguments: exact)
  func equalRequestsGiveEqualBytes(_ format: ExportStageRecipe.Format) throws {
    let folder = try TemporaryFolder()
    let exporter = ExportCatalog.exporter(for: format)
    func bytes(_ place: String) throws -> [[UInt8]] {
      try Directory.create(folder.file(place))
      let path = folder.file(place + "/out")
      try exporter.export(RandomModel.request(RandomModel.make(), .bfloat16), to: path, force: false)
      if format == .engine { return [try File.readAll(path, limit: 1 << 20)] }
      return try Directory.list(path).map { try File.readAll(Path.joined(path, $0), limit: 1 << 20) }
    }
    #expect(try bytes("a") == bytes("b"))
  }

  @Test(arguments: exact)
  func anEarlierExportIsReplacedOnlyByForce(_ format: ExportStageRecipe.Format) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("out")
    let exporter = ExportCatalog.exporter(for: format)
    try exporter.export(RandomModel.request(RandomModel.make(RandomModel.tied)), to: path, force: false)
    let again = RandomModel.request(RandomModel.make(RandomModel.untied))
    let error = #expect(throws: InputError.self) { try exporter.export(again, to: path, force: false) }
    #expect(error?.code == .cannotCreate)
    #expect(try ModelLoader.open(path: path).configuration == RandomModel.tied)
    try exporter.export(again, to: path, force: true)
    #expect(try ModelLoader.open(path: path).configuration == RandomModel.untied)
    #expect(try Directory.list(folder.path) == ["out"], "no litter")
  }

  @Test func forceNeverReplacesAFolderOfSomebodyElse() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("home")
    try Directory.createNew(path)
    try DurableFile.write([1], to: Path.joined(path, "thesis.txt"))
    for exporter in ExportCatalog.exporters {
      #expect(throws: InputError.self) {
        try exporter.export(RandomModel.request(RandomModel.make()), to: path, force: true)
      }
    }
    #expect(try Directory.list(path) == ["thesis.txt"])
  }

  @Test(arguments: exact)
  func valuesThatTheTypeCannotHoldAreRefusedByName(_ format: ExportStageRecipe.Format) throws {
    let folder = try TemporaryFolder()
    let exporter = ExportCatalog.exporter(for: format)
    let model = RandomModel.make()
    let parameter = model.store.parameters[3]
    for (value, type) in [
      (Float.nan, ExportStageRecipe.ElementType.float32), (70_000, .float16),
      (Float.greatestFiniteMagnitude, .bfloat16),
    ] {
      model.store.write([value], to: parameter, at: 5)
      let error = #expect(throws: InputError.self) {
        try exporter.export(RandomModel.request(model, type), to: folder.file("out"), force: false)
      }
      #expect(error?.key == parameter.name && error?.found.contains("element 5 ") == true)
      #expect(try Directory.list(folder.path).isEmpty)
    }
    model.store.write([65_504], to: parameter, at: 5)
    try exporter.export(RandomModel.request(model, .float16), to: folder.file("out"), force: false)
  }

  @Test func aDraftVocabularyTravelsInTheEngineFileOnly() throws {
    let folder = try TemporaryFolder()
    let backend = CPUBackend(threads: 1)
    let vocabulary = try DraftVocabulary(targetIDs: [1, 2, 28], targetSize: RandomModel.tied.vocabularySize)
    let model = RandomModel.make(RandomModel.tied, on: backend).trimmed(to: vocabulary, on: backend)
    let request = RandomModel.request(model)
    try EngineExporter().export(request, to: folder.file("out"), force: false)
    let loaded = try ModelLoader.load(path: folder.file("out"), on: backend, readsTokenizer: false)
    #expect(loaded.model.configuration == model.configuration)
    #expect(RandomModel.stored(loaded.model, .float32) == RandomModel.stored(model, .float32))
    #expect(throws: InputError.self) {
      try HuggingFaceExporter().export(request, to: folder.file("hf"), force: false)
    }
  }

  @Test func theFolderSaysHowToUseIt() throws {
    let folder = try TemporaryFolder()
    var request = RandomModel.request(RandomModel.make())
    request.targetName = "my-target"
    request.generation = GenerationDefaults(draftLength: 6)
    try HuggingFaceExporter().export(request, to: folder.file("drafter"), force: false)
    let generation = try JSONValue.parse(
      try File.readAll(folder.file("drafter/generation_config.json"), limit: 1 << 20), file: nil)
    #expect(generation["num_assistant_tokens"] == 6)
    let readme = try File.readText(folder.file("drafter/README.md"), limit: 1 << 20)
    #expect(readme.contains("vllm serve my-target") && readme.contains("\"num_speculative_tokens\": 6"))
    #expect(readme.contains("τ = 2.500"))
  }
}
