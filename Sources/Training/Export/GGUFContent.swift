internal import Autodiff
internal import DraftData
internal import FileSystem
internal import Models

/// What a GGUF file of a model consists of.
struct GGUFContent: GGUFFileContent {
  let keyValues: [(key: String, value: GGUFValue)]
  let tensors: [GGUFTensor]
  /// What llama.cpp will do differently.
  let warnings: [String]
  private let request: ExportRequest
  private let architecture: GGUFArchitecture
  let vocabulary: GGUFVocabulary?

  /// Puts the keys together; no weight is read yet.
  ///
  /// - Throws: `InputError` for a tokenizer or a rotary scaling that the format cannot express.
  init(_ request: ExportRequest, name: String) throws {
    self.request = request
    let configuration = request.languageModel.configuration
    architecture = try GGUFArchitecture.of(configuration)
    vocabulary = try Self.vocabulary(request, configuration)
    warnings = vocabulary?.warnings ?? []
    var keyValues: [(key: String, value: GGUFValue)] = [
      ("general.architecture", .string(architecture.name)), ("general.type", .string("model")),
      ("general.name", .string(name)), ("general.size_label", .string(Self.sizeLabel(request))),
    ]
    keyValues += try architecture.keyValues(configuration, fileType: request.elementType.ggufFileType)
    keyValues.append(("general.quantization_version", .uint32(2)))
    keyValues += try Self.tokenizerKeyValues(vocabulary, request, configuration)
    self.keyValues = keyValues
    tensors = Self.tensors(request, architecture)
  }

  /// The tokenizer as the format has it; nil where there is none.
  static func vocabulary(
    _ request: ExportRequest, _ configuration: ModelConfiguration
  ) throws -> GGUFVocabulary? {
    try request.tokenizer.map { files in
      let tokenizer = try TokenizerLoader.read(
        tokenizerJSON: files.json, configuration: files.configuration, file: "tokenizer.json",
        beginToken: configuration.beginToken, endTokens: configuration.endTokens)
      return try GGUFVocabulary(tokenizer, size: configuration.vocabularySize)
    }
  }

  /// The keys of a tokenizer, or of a model without one.
  static func tokenizerKeyValues(
    _ vocabulary: GGUFVocabulary?, _ request: ExportRequest, _ configuration: ModelConfiguration
  ) throws -> [(key: String, value: GGUFValue)] {
    let (begin, ends) = (configuration.beginToken, configuration.endTokens)
    // -1 stands for none in some configurations.
    let pad = configuration.padToken.flatMap { $0 < 0 ? nil : $0 }
    guard let vocabulary else { return keyValues(begin: begin, ends: ends, pad: pad) }
    return vocabulary.keyValues(
      begin: begin, ends: ends, pad: pad, chatTemplate: try request.tokenizer?.anyChatTemplate())
  }

  /// The keys of a model without a tokenizer.
  private static func keyValues(
    begin: Int32?, ends: [Int32], pad: Int32?
  ) -> [(key: String, value: GGUFValue)] {
    typealias Key = GGUFTokenizer
    var result: [(key: String, value: GGUFValue)] = [(Key.model, .string(Key.noModels[0]))]
    for (key, id) in [(Key.beginID, begin), (Key.padID, pad)] + zip(Key.ends, ends.map { Optional($0) }) {
      if let id { result.append((key, .uint32(UInt32(id)))) }
    }
    return result
  }

  /// `1.7M`: the number of weights with two digits.
  private static func sizeLabel(_ request: ExportRequest) -> String {
    let count = Double(request.languageModel.store.weightCount)
    let (unit, suffix) = count >= 1e9 ? (1e9, "B") : count >= 1e6 ? (1e6, "M") : (1e3, "K")
    let tenths = Int((count / unit * 10).rounded())
    return tenths >= 95 ? "\((tenths + 5) / 10)\(suffix)" : "\(tenths / 10).\(tenths % 10)\(suffix)"
  }

  private static func tensors(_ request: ExportRequest, _ architecture: GGUFArchitecture) -> [GGUFTensor] {
    let configuration = request.languageModel.configuration
    return ExportedTensor.inOrder(of: request.languageModel.store).map { tensor in
      tensor.gguf(
        architecture.requiredName(ofHuggingFace: tensor.name), architecture, headSize: configuration.headSize,
        as: request.elementType)
    } + rotaryFactors(configuration)
  }

  /// The tensor in which llama.cpp keeps the factors of rotary frequencies, where there are some.
  static func rotaryFactors(_ configuration: ModelConfiguration) -> [GGUFTensor] {
    configuration.rotaryFactors.map { factors in
      [GGUFTensor(GGUFArchitecture.rotaryFactors, .float32, shape: [factors.count]) { Array(factors[$0]) }]
    } ?? []
  }

  /// Reads a written file back and compares the configuration, every key and every weight bit for bit.
  func check(_ path: String) throws {
    let written = try GGUFModelFile(path)
    func wrong(_ key: String, _ found: String) -> InputError {
      InputError(.inputOutput, file: path, key: key, found: found, expected: "what was written")
    }
    guard written.file.keyValues.elementsEqual(keyValues, by: { $0.key == $1.key && $0.value == $1.value })
    else { throw wrong("metadata", "other keys than were written") }
    let configuration = request.languageModel.configuration
    guard
      written.configuration.parameterShapes.elementsEqual(
        configuration.parameterShapes, by: { $0.name == $1.name && $0.shape == $1.shape }),
      written.configuration.headSize == configuration.headSize,
      written.configuration.ropeScaling == configuration.ropeScaling
    else { throw wrong("configuration", "another architecture") }
    let tensors = ExportedTensor.all(of: request.languageModel.store)
    guard tensors.map(\.name) == written.names else {
      throw wrong("tensors", "\(written.names.count) tensors")
    }
    for tensor in tensors { try tensor.compare(with: written, as: request.elementType.stored(tensor.shape)) }
    if let vocabulary, let tokenizer = try ModelLoader.open(path: path).tokenizer() {
      let again = try GGUFVocabulary(tokenizer, size: configuration.vocabularySize)
      guard again.tokens == vocabulary.tokens else { throw wrong("tokenizer", "other tokens") }
    }
  }
}

extension ExportedTensor {
  /// The tensor under its name in a GGUF file, queries and keys in the order of their rows there.
  func gguf(
    _ name: String, _ architecture: GGUFArchitecture, headSize: Int, as wanted: ExportStageRecipe.ElementType
  ) -> GGUFTensor {
    let (type, order) = (wanted.stored(shape), RotaryRowOrder(headSize: headSize))
    return GGUFTensor(name, type.ggufType, shape: shape) { rows in
      architecture.reordersRows(ofHuggingFace: self.name)
        ? try values(rows, as: type, order: order) : try values(rows, as: type)
    }
  }

  /// As `values`, with the rows in the order in which rotary pairs are neighbours.
  private func values(
    _ rows: Range<Int>, as type: ExportStageRecipe.ElementType, order: RotaryRowOrder
  ) throws -> [Float] {
    let heads = order.wholeHeads(around: rows)
    let halved = try values(heads, as: type)
    let rowSize = shape.dropFirst().reduce(1, *)
    var result: [Float] = []
    result.reserveCapacity(rows.count * rowSize)
    for row in rows {
      let source = (order.halved(ofAdjacent: row) - heads.lowerBound) * rowSize
      result += halved[source..<source + rowSize]
    }
    return result
  }
}

extension ExportStageRecipe.ElementType {
  /// `general.file_type`.
  var ggufFileType: UInt32 {
    switch self {
    case .float32: 0
    case .float16: 1
    case .q8_0: 7
    case .bfloat16: 32
    }
  }

  /// The type in GGUF files.
  fileprivate var ggufType: GGUFElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .q8_0: .q8_0
    }
  }

  /// How a tensor of this shape is stored: vectors as F32, rows that are no whole blocks as F16.
  func stored(_ shape: [Int]) -> ExportStageRecipe.ElementType {
    if shape.count < 2 { return .float32 }
    return self == .q8_0 && shape[shape.count - 1] % GGUFElementType.q8_0.blockCount != 0 ? .float16 : self
  }
}
