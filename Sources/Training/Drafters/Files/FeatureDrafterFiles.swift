package import Autodiff
package import DraftData
internal import FileSystem
package import Models

/// A published drafter that reads hidden states, opened and compared with its target; no weight is read yet.
package struct FeatureDrafterFiles {
  package let format: FeatureDrafterFormat
  package let architecture: DrafterArchitecture
  /// Under the names of the drafter's parameters.
  package let tensors: any TensorSource
  /// The embedding that the file carries beside them, [vocabulary, hidden]; nil where it has none.
  private let embedding: (any TensorSource)?

  private static let embeddingName = "embed_tokens.weight"
  /// How a folder of Medusa heads calls them.
  package static let medusaName = "medusa_lm_head.safetensors"
  private static let medusaPrefix = "medusa_head."
  private static let configLimit = 1 << 24

  /// The layout of what lies at a path; nil where it is no drafter that reads hidden states.
  ///
  /// - Throws: `InputError` for a file that is damaged.
  package static func format(of path: String) throws -> FeatureDrafterFormat? {
    func holds(_ name: String) -> Bool { Directory.kind(of: Path.joined(path, name)) == .file }
    switch Directory.kind(of: path) {
    case .file:
      guard try GGUFFile.isGGUF(path) else { return nil }
      return try GGUFFile(path).optional("general.architecture")?.string() == "eagle3" ? .gguf : nil
    case .folder:
      guard holds("config.json") else { return nil }
      if holds(medusaName) { return .medusa }
      guard holds("model.safetensors") else { return nil }
      let names = try SafetensorsFile(Path.joined(path, "model.safetensors")).names
      guard names.contains("fc.weight") else { return nil }
      if names.contains("midlayer.hidden_norm.weight") { return .eagle3 }
      return names.contains("layers.0.hidden_norm.weight") ? .speculators : .eagle
    default: return nil
    }
  }

  /// Opens what lies at a path.
  ///
  /// - Throws: `InputError` for what is damaged, missing, or made for another target.
  package init(_ path: String, _ format: FeatureDrafterFormat, target: ModelConfiguration) throws {
    if format == .gguf {
      let file = try EagleGGUFFile(path, target: target)
      self.init(format, .eagle3(file.configuration), file)
      return
    }
    let configPath = Path.joined(path, "config.json")
    let config = try JSONNode.parse(try File.readAll(configPath, limit: Self.configLimit), file: configPath)
    guard format != .medusa else {
      let file = try SafetensorsFile(Path.joined(path, Self.medusaName))
      // What TGI reads has one more name before them.
      let tensors = RenamedTensorSource(file) {
        $0.hasPrefix(Self.medusaPrefix) ? String($0.dropFirst(Self.medusaPrefix.count)) : $0
      }
      self.init(format, .medusa(try MedusaConfiguration(json: config, target: target)), tensors)
      return
    }
    var configuration = try FeatureDrafterConfiguration(json: config, format, target: target)
    let file = try SafetensorsFile(Path.joined(path, "model.safetensors"))
    let embedding = file.contains(Self.embeddingName) ? file : nil
    let tensors = RenamedTensorSource(file) { Self.parameterName($0, format) }
    if format.kind == .eagle3 {
      configuration.draftVocabulary = try Self.vocabulary(file, config, target: target)
      self.init(format, .eagle3(configuration), tensors, embedding)
      return
    }
    configuration.draftVocabulary = try DraftVocabularyFile(in: path).read(targetSize: target.vocabularySize)
    // A bias of zeros is what engines want of a drafter that has none.
    let hasBias = try file.contains("fc.bias") && file.readAll("fc.bias").contains { $0 != 0 }
    configuration.hasFusionBias = hasBias
    self.init(
      format, .eagle(configuration),
      hasBias ? tensors : RenamedTensorSource(tensors) { $0 == "fc.bias" ? nil : $0 }, embedding)
  }

  private init(
    _ format: FeatureDrafterFormat, _ architecture: DrafterArchitecture, _ tensors: any TensorSource,
    _ embedding: (any TensorSource)? = nil
  ) {
    (self.format, self.architecture, self.tensors, self.embedding) = (
      format, architecture, tensors, embedding
    )
  }

  /// The parameter of a tensor; nil for one that none is.
  private static func parameterName(_ name: String, _ format: FeatureDrafterFormat) -> String? {
    let prefix = "layers.0."
    if [embeddingName, "d2t", "t2d"].contains(name) { return nil }
    return format == .speculators && name.hasPrefix(prefix)
      ? "midlayer." + name.dropFirst(prefix.count) : name
  }

  /// `d2t` and `t2d`, which must say the same.
  private static func vocabulary(
    _ file: SafetensorsFile, _ config: JSONNode, target: ModelConfiguration
  ) throws -> DraftVocabulary? {
    let size = try config.optional("draft_vocab_size")?.int(in: 1...(1 << 24)) ?? target.vocabularySize
    guard size != target.vocabularySize else { return nil }
    guard file.elementType(of: "d2t") == .int64, file.shape(of: "d2t") == [size] else {
      throw InputError(
        .badData, file: file.location, key: "d2t", found: "no list of \(size) I64 numbers",
        expected: "the distance of each row's token, draft_vocab_size being \(size)")
    }
    let offsets = try file.readBytes("d2t").littleEndianIntegers()
    let ids = try offsets.enumerated().map { row, offset -> Int32 in
      guard let id = Int32(exactly: Int64(row) &+ offset) else {
        throw InputError(.badData, file: file.location, key: "d2t[\(row)]", found: "found \(offset)")
      }
      return id
    }
    let vocabulary: DraftVocabulary
    do {
      vocabulary = try DraftVocabulary(targetIDs: ids, targetSize: target.vocabularySize)
    } catch {
      var located = error
      (located.file, located.key) = (file.location, "d2t")
      if offsets.allSatisfy({ $0 == 0 }) {
        located.remedy = "All of them 0 means that nobody has filled the map"
      }
      throw located
    }
    if file.contains("t2d"), try file.readBytes("t2d").map({ $0 != 0 }) != vocabulary.isDrafted {
      throw InputError(
        .badData, file: file.location, key: "t2d", found: "another vocabulary than d2t's",
        expected: "true for the tokens that d2t names, and for no other")
    }
    return vocabulary
  }

  /// Builds the drafter over its target and reads its weights.
  ///
  /// - Throws: `InputError` for tensors that are missing, extra or misshapen, weights that are not finite, and an embedding
  ///   that is not the target's, which the drafter is to share.
  package func load(
    over target: LanguageModel, on backend: any Backend, isTrainable: Bool, frozen: [String] = []
  ) throws -> any FeatureDrafter {
    let drafter = make(over: target, on: backend, isTrainable: isTrainable, frozen: frozen)
    try drafter.store.load(tensors)
    try checkEmbedding(target)
    return drafter
  }

  /// Builds the drafter over its target; its weights are not set yet.
  package func make(
    over target: LanguageModel, on backend: any Backend, isTrainable: Bool, frozen: [String] = []
  ) -> any FeatureDrafter {
    architecture.make(over: target, on: backend, isTrainable: isTrainable, isLoaded: true, frozen: frozen)
  }

  /// Compares an embedding in the file with the target's, as far as eight bits of precision go.
  private func checkEmbedding(_ target: LanguageModel) throws {
    guard let embedding else { return }
    let shape = target.embedding.weight.shape.extents
    guard embedding.shape(of: Self.embeddingName) == shape else {
      throw InputError(
        .badData, file: embedding.location, key: Self.embeddingName, found: "another shape",
        expected: "the target's \(shape)")
    }
    let step = max(1, (1 << 18) / shape[1])
    var theirs: [Float] = []
    for start in stride(from: 0, to: shape[0], by: step) {
      let rows = start..<min(start + step, shape[0])
      try embedding.read(Self.embeddingName, rows: rows, into: &theirs)
      let ours = target.store.read(target.embedding.weight, at: start * shape[1], count: theirs.count)
      guard let place = zip(theirs, ours).enumerated().first(where: { !Self.isNear($1.0, $1.1) })?.offset
      else {
        continue
      }
      throw InputError(
        .badData, file: embedding.location, key: Self.embeddingName,
        found: "other values than the target's at token \(start + place / shape[1])",
        expected: "the target's own embedding, which the drafter shares")
    }
  }

  private static func isNear(_ a: Float, _ b: Float) -> Bool { abs(a - b) <= 0.01 * abs(b) + 1e-6 }
}

extension [UInt8] {
  /// Signed numbers of eight bytes.
  fileprivate func littleEndianIntegers() -> [Int64] {
    stride(from: 0, to: count, by: 8).map { start in
      Int64(bitPattern: (0..<8).reduce(0 as UInt64) { $0 | UInt64(self[start + $1]) << UInt64(8 * $1) })
    }
  }
}
