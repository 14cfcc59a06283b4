package import DraftData
internal import FileSystem

extension GGUFArchitecture {
  /// The family of a configuration.
  package static func of(_ configuration: ModelConfiguration) -> GGUFArchitecture { .llama }

  /// The name in a GGUF file of a tensor that this family has.
  package func requiredName(ofHuggingFace name: String) -> String {
    guard let own = self.name(ofHuggingFace: name) else {
      preconditionFailure("\(self.name) has no tensor \(name)")
    }
    return own
  }

  /// The keys of a configuration, in the order of llama.cpp's converter.
  ///
  /// - Parameter fileType: `general.file_type`, which stands among them.
  /// - Throws: `InputError` for a rotary scaling that could not be read back.
  package func keyValues(
    _ configuration: ModelConfiguration, fileType: UInt32
  ) throws -> [(key: String, value: GGUFValue)] {
    var result: [(key: String, value: GGUFValue)] = []
    func add(_ key: String, _ value: GGUFValue) { result.append((name + "." + key, value)) }
    func size(_ count: Int) -> GGUFValue { .uint32(UInt32(count)) }
    add("block_count", size(configuration.layerCount))
    add("context_length", size(configuration.maxPositions))
    add("embedding_length", size(configuration.hiddenSize))
    add("feed_forward_length", size(configuration.feedForwardSize))
    add("attention.head_count", size(configuration.headCount))
    add("attention.head_count_kv", size(configuration.kvHeadCount))
    add("rope.freq_base", .float32(Float(configuration.ropeTheta)))
    switch configuration.ropeScaling {
    case nil: break
    case .linear(let factor):
      add("rope.scaling.type", .string("linear"))
      add("rope.scaling.factor", .float32(Float(factor)))
    case .llama3(_, let low, let high, let original):
      guard low == 1, high == 4 else {
        throw InputError(
          .usage, key: "rope_scaling", found: "found the frequency factors \(low) and \(high)",
          expected: "1 and 4: a GGUF file does not say them, and readers assume these")
      }
      add("rope.scaling.original_context_length", size(original))
    }
    add("attention.layer_norm_rms_epsilon", .float32(configuration.normEpsilon))
    add("attention.key_length", size(configuration.headSize))
    add("attention.value_length", size(configuration.headSize))
    result.append(("general.file_type", .uint32(fileType)))
    add("vocab_size", size(configuration.vocabularySize))
    add("rope.dimension_count", size(configuration.headSize))
    return result
  }
}

extension ModelConfiguration {
  /// What the rotary frequencies are divided by, where a GGUF file says so in a tensor; nil elsewhere.
  package var rotaryFactors: [Float]? {
    guard case .llama3 = ropeScaling, let ropeScaling else { return nil }
    return RotaryFrequencies.factors(headSize: headSize, theta: ropeTheta, ropeScaling).map { Float($0) }
  }
}
