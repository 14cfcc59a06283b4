internal import DraftData
internal import FileSystem
internal import Models

/// A drafter of EAGLE-3 in a GGUF file: its configuration, and its tensors under the names of its parameters.
///
/// Rows of queries and keys stand in the order in which rotary pairs are neighbours, as in llama.cpp's Llama. The map of
/// the draft vocabulary holds the target's ids themselves.
final class EagleGGUFFile {
  let configuration: FeatureDrafterConfiguration
  let names: [String]
  private let file: GGUFFile
  private let places: [String: String]
  private let rowOrder: RotaryRowOrder

  /// - Throws: `InputError` naming the key or tensor of what is missing or made for another target.
  init(_ path: String, target: ModelConfiguration) throws {
    file = try GGUFFile(path)
    let sizes = try ModelConfiguration(gguf: file, .eagle3)
    func refuse(_ key: String, _ found: Int, _ expected: Int) -> InputError {
      InputError(
        .badData, file: path, key: "eagle3." + key, found: "found \(found)",
        expected: "the target's \(expected)")
    }
    guard sizes.hiddenSize == target.hiddenSize else {
      throw refuse("embedding_length", sizes.hiddenSize, target.hiddenSize)
    }
    guard sizes.vocabularySize == target.vocabularySize else {
      throw refuse("vocab_size", sizes.vocabularySize, target.vocabularySize)
    }
    for key in ["norm_before_residual", "norm_before_fc"] {
      guard let field = file.optional("eagle3." + key), try field.bool() else { continue }
      throw field.error(
        found: "found true", expected: "false",
        remedy: "This variant of EAGLE-3 computes something else than Pacer's drafter")
    }
    var configuration = FeatureDrafterConfiguration(for: target)
    configuration.feedForwardSize = sizes.feedForwardSize
    (configuration.headCount, configuration.kvHeadCount) = (sizes.headCount, sizes.kvHeadCount)
    (configuration.headSize, configuration.normEpsilon) = (sizes.headSize, sizes.normEpsilon)
    configuration.rotary = sizes
    let taps = try file.required("eagle3.target_layers")
    configuration.tappedLayers = try taps.integers()
    guard configuration.tappedLayers.allSatisfy({ (0...target.layerCount).contains($0) }) else {
      throw taps.error(
        found: "found \(configuration.tappedLayers)",
        expected: "no more than the target's \(target.layerCount)")
    }
    if file.shape(of: Self.vocabularyName) != nil {
      configuration.draftVocabulary = try DraftVocabulary(
        targetIDs: file.integers(Self.vocabularyName).map { Int32(truncatingIfNeeded: $0) },
        targetSize: target.vocabularySize)
    }
    self.configuration = configuration
    rowOrder = RotaryRowOrder(headSize: sizes.headSize)
    var places: [String: String] = [:]
    for name in file.names where name != Self.vocabularyName && name != GGUFArchitecture.rotaryFactors {
      places[FeatureDrafterFormat.parameterName(ofGGUF: name) ?? name] = name
    }
    self.places = places
    names = places.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  static let vocabularyName = "d2t"
}

extension EagleGGUFFile: TensorSource {
  var location: String { file.location }

  func shape(of name: String) -> [Int]? { places[name].flatMap { file.shape(of: $0) } }

  func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>) throws(InputError) {
    let shape = try requiredShape(of: name)
    guard let stored = places[name] else { preconditionFailure("a name with a shape has a place") }
    guard GGUFArchitecture.eagle3.reordersRows(ofHuggingFace: name), shape[0] % rowOrder.headSize == 0 else {
      return try file.read(stored, rows: rows, into: &values)
    }
    try file.read(stored, rows: rows, order: rowOrder, into: &values)
  }
}
