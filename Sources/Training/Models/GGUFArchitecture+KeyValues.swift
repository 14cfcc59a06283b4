package import DraftData
internal import FileSystem

extension GGUFArchitecture {
  /// The family of a configuration; Mistral without windows is a Llama to llama.cpp.
  ///
  /// - Throws: `InputError` for a family without a table here, and for what its readers would compute otherwise.
  package static func of(_ configuration: ModelConfiguration) throws -> GGUFArchitecture {
    func refuse(_ key: String, _ found: String) -> InputError {
      InputError(
        .usage, key: key, found: found,
        expected: all.filter(\.isWritten).map(\.name).joined(separator: ", ") + " as llama.cpp has it",
        remedy: "Export it with --format hf")
    }
    let family = configuration.family == .mistral ? .llama : configuration.family
    guard let architecture = all.first(where: { $0.isWritten && $0.family == family }) else {
      throw refuse("model_type", "found '\(configuration.family.rawValue)'")
    }
    if configuration.window != nil { throw refuse("sliding_window", "layers that see a window of keys") }
    let missing = configuration.parameterShapes.first { architecture.name(ofHuggingFace: $0.name) == nil }
    if let missing { throw refuse("tensors", "found \(missing.name)") }
    return architecture
  }

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
  /// - Throws: `InputError` for a rotary scaling that could not be read back or is not written.
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
    case .yarn, .longRope:
      throw InputError(
        .usage, key: "rope_scaling", found: "a scaling by YaRN or LongRoPE",
        expected: "none, 'linear' or 'llama3'", remedy: "Export it with --format hf")
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
