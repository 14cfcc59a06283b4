import DraftData
import FileSystem

/// A corpus of small documents whose states are numbers that say where they stand.
enum FeatureFixture {
  static let width = 6
  static let states: [FeatureState] = [.final, .residual(layersApplied: 0), .residual(layersApplied: 2)]

  static func description(
    _ storage: FeatureStorage, states: [FeatureState] = states, target: String = "model"
  ) -> CorpusDescription {
    CorpusDescription(
      vocabularySize: 100,
      features: FeatureDescription(
        states: states, storage: storage, hiddenSize: width, layerCount: 2, targetName: target,
        targetHash: SHA256.hash(target).description))
  }

  /// Number `column` of the state after token `token` of a document.
  static func value(_ state: Int, _ document: Int, _ token: Int, _ column: Int) -> Float {
    let magnitude = Float((document * 31 + token * 7 + column * 3 + state * 11) % 97) / 16 + 0.01
    return column.isMultiple(of: 2) ? magnitude : -magnitude
  }

  static func length(_ document: Int) -> Int { (document * 7) % 13 }

  static func rows(_ state: Int, _ document: Int) -> [Float] {
    (0..<length(document)).flatMap { token in (0..<width).map { value(state, document, token, $0) } }
  }

  static func documents(_ count: Int, _ description: CorpusDescription) throws -> [CorpusDocument] {
    guard let features = description.features else { return [] }
    return try (0..<count).map { index in
      let length = length(index)
      return CorpusDocument(
        tokens: (0..<length).map { Int32(($0 * 31 + index) % 100) }, promptLength: min(length, index % 4),
        features: try features.states.indices.map { state in
          try features.storage.rows(of: rows(state, index), width: width)
        })
    }
  }

  /// Writes a folder of several shards; goes on with what is there.
  static func write(_ path: String, _ description: CorpusDescription, count: Int = 30) throws {
    let writer = try CorpusWriter(folder: path, description, shardTokenCount: 40)
    for document in try documents(count, description).dropFirst(writer.committedCount) {
      try writer.append(document)
    }
    try writer.finish()
  }
}
