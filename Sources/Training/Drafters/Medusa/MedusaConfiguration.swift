package import DraftData
package import Models

/// The sizes of Medusa heads.
package struct MedusaConfiguration: Sendable, Hashable {
  /// Width of the states that the target's head reads.
  package var hiddenSize: Int
  /// Tokens of the target.
  package var vocabularySize: Int
  /// How many heads there are, each a token further ahead.
  package var headCount: Int
  /// Residual blocks of a head.
  package var layerCount: Int
  /// The tokens that heads have rows for; nil: all.
  package var draftVocabulary: DraftVocabulary?

  /// Heads for a target.
  package init(for target: ModelConfiguration, headCount: Int, layerCount: Int) {
    precondition(headCount > 0 && layerCount >= 0, "\(headCount) heads of \(layerCount) blocks")
    hiddenSize = target.hiddenSize
    vocabularySize = target.vocabularySize
    (self.headCount, self.layerCount) = (headCount, layerCount)
  }

  /// Rows of a head.
  package var headRowCount: Int { draftVocabulary?.count ?? vocabularySize }

  /// Reads `config.json` of published heads.
  ///
  /// - Throws: `InputError` naming the key of what is missing or made for another target.
  package init(json config: JSONNode, target: ModelConfiguration) throws {
    for (key, own) in [("hidden_size", target.hiddenSize), ("vocab_size", target.vocabularySize)] {
      // Older files leave them to the target.
      guard let found = try config.optional(key)?.int(in: 1...(1 << 24)), found != own else { continue }
      throw config.error(found: "\(key) \(found)", expected: "the target's \(own)")
    }
    self.init(
      for: target, headCount: try config.required("medusa_num_heads").int(in: 1...100),
      layerCount: try config.required("medusa_num_layers").int(in: 0...100))
  }

  /// `config.json` of these heads.
  ///
  /// - Parameter target: the name or path of the model that they belong to.
  package func json(target: String) -> JSONValue {
    [
      "model_type": "medusa", "base_model_name_or_path": .string(target),
      "medusa_num_heads": .integer(headCount), "medusa_num_layers": .integer(layerCount),
      "hidden_size": .integer(hiddenSize), "vocab_size": .integer(vocabularySize),
    ]
  }
}
