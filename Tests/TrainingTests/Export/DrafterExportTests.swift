import Autodiff
import DraftData
import Drafters
import FileSystem
import Models
import TestSupport
import Testing
import Training

/// Exports of drafters that read hidden states, and what is imported of them.
@Suite struct DrafterExportTests {
  private static let vocabulary: [Int32] = [1, 2, 3, 5, 8, 13, 17, 21, 22, 28]

  private func subject(_ kind: FeatureSubject.Kind, draftVocabulary: Bool = false) throws -> FeatureSubject {
    FeatureSubject(
      kind,
      draftVocabulary: draftVocabulary ? try DraftVocabulary(targetIDs: Self.vocabulary, targetSize: 29) : nil
    )
  }

  private func request(
    _ subject: FeatureSubject, _ type: ExportStageRecipe.ElementType = .float32
  ) -> ExportRequest {
    var request = ExportRequest(.features(subject.drafter), elementType: type)
    request.targetModel = subject.target
    return request
  }

  private func weights(_ drafter: any FeatureDrafter) -> [String: [Float]] {
    Dictionary(uniqueKeysWithValues: drafter.store.parameters.map { ($0.name, drafter.store.read($0)) })
  }

  private func imported(_ path: String, _ subject: FeatureSubject) throws -> any FeatureDrafter {
    let format = try #require(try FeatureDrafterFiles.format(of: path))
    return try FeatureDrafterFiles(path, format, target: subject.target.configuration).load(
      over: subject.target, on: subject.backend, isTrainable: false)
  }

  /// Every format, with and without a draft vocabulary: what comes back is the drafter bit for bit, and what is exported of
  /// that again is the same files.
  @Test(arguments: ["eagle3", "speculators", "gguf"], [false, true])
  func eagle3ComesBackBitForBit(_ format: String, _ hasVocabulary: Bool) throws {
    let subject = try subject(.eagle3, draftVocabulary: hasVocabulary)
    try expectRoundTrip(format, subject, request(subject))
  }

  private func expectRoundTrip(_ format: String, _ subject: FeatureSubject, _ wanted: ExportRequest) throws {
    guard case .features(let drafter) = wanted.model else { return }
    let temporary = try TemporaryFolder()
    let exporter = try ExportCatalog.exporter(named: format)
    let first = temporary.file(exporter.fileName(for: "x"))
    try exporter.export(wanted, to: first, force: false)
    let back = try imported(first, subject)
    #expect(weights(back).count == weights(drafter).count)
    for (name, values) in weights(drafter) {
      #expect(weights(back)[name].map { $0.map(\.bitPattern) } == values.map(\.bitPattern), "\(name)")
    }
    #expect(back.draftVocabulary == drafter.draftVocabulary)
    #expect(back.tappedLayers == drafter.tappedLayers)
    try Directory.create(temporary.file("again"))
    let second = temporary.file("again/" + exporter.fileName(for: "x"))
    var again = wanted
    again.model = .features(back)
    try exporter.export(again, to: second, force: false)
    let files = Directory.kind(of: first) == .folder ? try Directory.list(first).map { "/" + $0 } : [""]
    for file in files {
      #expect(
        try SHA256.hash(file: first + file).digest == SHA256.hash(file: second + file).digest, "\(file)")
    }
  }

  @Test func medusaHeadsComeBackBitForBit() throws {
    let subject = try subject(.medusa)
    try expectRoundTrip("medusa", subject, request(subject))
    let temporary = try TemporaryFolder()
    let path = temporary.file("heads")
    try ExportCatalog.exporter(named: "medusa").export(request(subject), to: path, force: false)
    // As TGI has it: every name behind another.
    let file = try SafetensorsFile(Path.joined(path, "medusa_lm_head.safetensors"))
    let renamed = try file.names.map { name in
      SafetensorsTensor(
        "medusa_head." + name, .float32, shape: file.shape(of: name) ?? [], values: try file.readAll(name))
    }
    try Directory.create(temporary.file("tgi"))
    try SafetensorsWriter.write(renamed, to: temporary.file("tgi/medusa_lm_head.safetensors"))
    try DurableFile.write(
      try File.readAll(Path.joined(path, "config.json"), limit: 1 << 16),
      to: temporary.file("tgi/config.json"))
    #expect(try weights(imported(temporary.file("tgi"), subject)) == weights(subject.drafter))
    var smaller = request(subject)
    smaller.model = DraftModel.features(subject.drafter).trimmed(
      to: try DraftVocabulary(targetIDs: Self.vocabulary, targetSize: 29), on: subject.backend)
    let error = #expect(throws: InputError.self) {
      try ExportCatalog.exporter(named: "medusa").export(smaller, to: temporary.file("small"), force: false)
    }
    #expect(error?.found.contains("part of the vocabulary") == true)
  }

  private func withoutBias(_ subject: FeatureSubject) -> EagleDrafter {
    var configuration = FeatureDrafterConfiguration(for: subject.target.configuration)
    configuration.feedForwardSize = 32
    let plain = EagleDrafter(
      configuration, target: subject.target, on: subject.backend, positions: 40, isTrainable: false,
      isLoaded: false)
    plain.store.initialize(seed: 4)
    return plain
  }

  /// EAGLE's files always have a bias, of zeros where the drafter has none; of zeros an import makes none again.
  @Test(arguments: ["eagle", "eagle-vllm"]) func eagleWithoutABiasComesBackWithoutOne(_ format: String) throws
  {
    let temporary = try TemporaryFolder()
    let subject = try subject(.eagle)
    var plain = request(subject)
    plain.model = .features(withoutBias(subject))
    let path = temporary.file("drafter")
    try ExportCatalog.exporter(named: format).export(plain, to: path, force: false)
    let file = try SafetensorsFile(Path.joined(path, "model.safetensors"))
    #expect(try file.readAll("fc.bias") == [Float](repeating: 0, count: 24))
    let config = try JSONNode.parse(try File.readAll(Path.joined(path, "config.json"), limit: 1 << 16))
    #expect(try config.required("bias").bool)
    let name = format == "eagle" ? "LlamaForCausalLMEagle" : "LlamaForCausalLM"
    #expect(try config.required("architectures").elements[0].string == name)
    #expect(try weights(imported(path, subject))["fc.bias"] == nil)
    try expectRoundTrip(format, subject, plain)
  }

  /// SGLang and EAGLE's own code read a bias; vLLM would leave it out without a word.
  @Test func aBiasComesBackAndIsRefusedForVLLM() throws {
    let temporary = try TemporaryFolder()
    let subject = try subject(.eagle)
    let bias = try #require(subject.drafter.store.parameters.first { $0.name == "fc.bias" })
    subject.drafter.store.write([Float](repeating: 0.5, count: 24), to: bias)
    try expectRoundTrip("eagle", subject, request(subject))
    let error = #expect(throws: InputError.self) {
      try ExportCatalog.exporter(named: "eagle-vllm").export(
        request(subject), to: temporary.file("drafter"), force: false)
    }
    #expect(error?.found.contains("bias") == true)
  }

  /// VocabTrim of an EAGLE-3 head: the same states, the chosen rows of the head, and a file that says which they are.
  @Test func aTrimmedHeadKeepsTheRowsOfItsTokens() throws {
    let temporary = try TemporaryFolder()
    let subject = try subject(.eagle3)
    let vocabulary = try DraftVocabulary(targetIDs: Self.vocabulary, targetSize: 29)
    var smaller = request(subject)
    smaller.model = DraftModel.features(subject.drafter).trimmed(to: vocabulary, on: subject.backend)
    let path = temporary.file("trimmed")
    try ExportCatalog.exporter(named: "eagle3").export(smaller, to: path, force: false)
    let back = try imported(path, subject)
    #expect(back.draftVocabulary == vocabulary)
    let whole = weights(subject.drafter)["lm_head.weight"] ?? []
    let rows = Self.vocabulary.flatMap { whole[Int($0) * 24..<(Int($0) + 1) * 24] }
    #expect(weights(back)["lm_head.weight"] == rows)
    #expect(weights(back)["fc.weight"] == weights(subject.drafter)["fc.weight"])
  }

  /// VocabTrim of an EAGLE drafter: rows of the target's head, which its file does not hold, and the two files that say
  /// which they are, SGLang's among them.
  @Test func rowsOfTheTargetsHeadAreNamedBesideTheDrafter() throws {
    let temporary = try TemporaryFolder()
    let subject = try subject(.eagle)
    let vocabulary = try DraftVocabulary(targetIDs: Self.vocabulary, targetSize: 29)
    var smaller = request(subject)
    let whole = DraftModel.features(withoutBias(subject))
    smaller.model = whole.trimmed(to: vocabulary, on: subject.backend)
    try expectRoundTrip("eagle", subject, smaller)
    let path = temporary.file("trimmed")
    let exporter = try ExportCatalog.exporter(named: "eagle")
    try exporter.export(smaller, to: path, force: false)
    let back = try imported(path, subject)
    #expect(weights(back)["lm_head.weight"] == nil && back.head(of: 0).shape.extents == [10, 24])
    #expect(
      DraftModel.features(back).decodedWeightCount == back.store.weightCount + 10 * 24)
    let line = try exporter.advice(for: smaller, at: path)
    #expect(line.count == 1 && line[0].hasSuffix("--speculative-token-map trimmed/token-map.pt"))
    // A list of integers of four bytes, and behind it the pickle of no tensors.
    let ids = Self.vocabulary.flatMap { [UInt8(ascii: "J"), UInt8($0), 0, 0, 0] }
    let tail: [UInt8] = [0x80, 2, 0x5D, 0x28] + ids + [0x65, 0x2E, 0x80, 2, 0x5D, 0x2E]
    let map = try File.readAll(Path.joined(path, "token-map.pt"), limit: 1 << 16)
    #expect(Array(map.suffix(tail.count)) == tail)
    let error = #expect(throws: InputError.self) {
      try ExportCatalog.exporter(named: "eagle-vllm").export(
        smaller, to: temporary.file("vllm"), force: false)
    }
    #expect(error?.remedy?.contains("--format eagle") == true)
    try exporter.export(request(subject), to: path, force: true)
    #expect(try imported(path, subject).draftVocabulary == nil)
  }

  @Test func formatsRefuseWhatTheyCannotHold() throws {
    let temporary = try TemporaryFolder()
    for (format, kind) in [
      ("eagle", FeatureSubject.Kind.eagle3), ("eagle3", .eagle), ("gguf", .eagle), ("hf", .eagle3),
      ("medusa", .eagle), ("eagle3", .medusa),
      ("engine", .eagle),
    ] {
      let error = #expect(throws: InputError.self) {
        try ExportCatalog.exporter(named: format).export(
          request(try subject(kind)), to: temporary.file(format), force: false)
      }
      #expect(error?.found.hasPrefix("'\(format)'") == true)
      #expect(Directory.kind(of: temporary.file(format)) == nil)
    }
  }

  /// Both keys stand in flat files, one less in the nested one; files that contradict themselves are refused.
  @Test func tappedLayersAreNumberedAsEachReaderCounts() throws {
    func config(_ text: String) throws -> [Int]? {
      try TappedLayerNumbers.read(try JSONNode.parse(Array(text.utf8)))
    }
    let key = TappedLayerNumbers.key
    #expect(try config("{}") == nil)
    #expect(try config(#"{"\#(key)": [2, 4, 5]}"#) == [2, 4, 5])
    #expect(try config(#"{"eagle_config": {"\#(key)": [1, 3, 4]}}"#) == [2, 4, 5])
    #expect(try config(#"{"\#(key)": [2, 4, 5], "eagle_config": {"\#(key)": [1, 3, 4]}}"#) == [2, 4, 5])
    let error = #expect(throws: InputError.self) {
      try config(#"{"\#(key)": [2, 4, 5], "eagle_config": {"\#(key)": [2, 4, 5]}}"#)
    }
    #expect(error?.key == "eagle_config.\(key)")
    #expect(throws: InputError.self) { try TappedLayerNumbers.members([0, 4, 5], layerCount: 8) }
    #expect(throws: InputError.self) { try TappedLayerNumbers.members([4, 2, 5], layerCount: 8) }
    #expect(throws: InputError.self) { try TappedLayerNumbers.members([2, 4], layerCount: 8) }

    let temporary = try TemporaryFolder()
    let path = temporary.file("flat")
    try ExportCatalog.exporter(named: "eagle3").export(request(try subject(.eagle3)), to: path, force: false)
    let written = try JSONNode.parse(try File.readAll(Path.joined(path, "config.json"), limit: 1 << 16))
    #expect(try written.required(key).elements.map { try $0.int } == [1, 2, 3])
    #expect(try written.required("eagle_config").required(key).elements.map { try $0.int } == [0, 1, 2])
    #expect(try written.required("norm_before_residual").bool == false)
  }

  /// What others write wrongly is named, not loaded.
  @Test func damagedMapsAndForeignTargetsAreRefused() throws {
    let temporary = try TemporaryFolder()
    let subject = try subject(.eagle3, draftVocabulary: true)
    let path = temporary.file("drafter")
    let weights = Path.joined(path, "model.safetensors")
    func rewrite(_ name: String, _ type: TensorElementType, _ shape: [Int], _ bytes: [UInt8]) throws {
      try Directory.removeTree(path)
      try ExportCatalog.exporter(named: "speculators").export(request(subject), to: path, force: false)
      let file = try SafetensorsFile(weights)
      let tensors = try file.names.map { own -> SafetensorsTensor in
        guard own != name, let type = file.elementType(of: own), let shape = file.shape(of: own) else {
          return SafetensorsTensor(name, type, shape: shape, bytes: bytes)
        }
        return SafetensorsTensor(own, type, shape: shape, bytes: try file.readBytes(own))
      }
      try SafetensorsWriter.write(tensors, to: weights)
    }
    try Directory.create(path)
    try rewrite("d2t", .int64, [10], [UInt8](repeating: 0, count: 80))
    let zeros = #expect(throws: InputError.self) { try imported(path, subject) }
    #expect(zeros?.key == "d2t" || zeros?.key == "t2d")
    try rewrite("t2d", .bool, [29], [UInt8](repeating: 1, count: 29))
    #expect(#expect(throws: InputError.self) { try imported(path, subject) }?.key == "t2d")
    try rewrite("embed_tokens.weight", .float32, [29, 24], [UInt8](repeating: 0, count: 29 * 24 * 4))
    let foreign = #expect(throws: InputError.self) { try imported(path, subject) }
    #expect(foreign?.key == "embed_tokens.weight")
    #expect(throws: InputError.self) { try TrainedModel.load(path, on: subject.backend) }
  }
}
