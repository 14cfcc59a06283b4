internal import DraftData
internal import FileSystem

/// The scaling of rotary frequencies as GGUF files say it: by keys, or by a tensor of factors (Llama 3).
struct GGUFRotaryScaling {
  let file: GGUFFile
  let architecture: GGUFArchitecture
  let headSize: Int
  let theta: Double

  private static let lowFrequencyFactor = 1.0
  private static let highFrequencyFactor = 4.0
  /// Writers compute factors in float32, from frequencies in float32.
  private static let tolerance = 2e-5

  private func field(_ key: String) -> GGUFField? { file.optional(architecture.name + ".rope." + key) }

  /// The scaling, nil where there is none.
  ///
  /// - Throws: `InputError` for a scaling that Pacer does not have, and for factors that no scaling of Llama 3's
  ///   explains.
  func scaling() throws -> RotaryScaling? {
    if file.contains(GGUFArchitecture.longRotaryFactors) { return try longRope() }
    let type = try field("scaling.type")?.string() ?? "none"
    if file.contains(GGUFArchitecture.rotaryFactors) {
      guard type == "none" else {
        throw unknown("found '\(DisplayText.escaped(type, limit: 40))' beside factors")
      }
      return try llama3()
    }
    switch type {
    case "none": return try field("scale_linear").flatMap { try linear($0) }
    case "linear": return try field("scaling.factor").flatMap { try linear($0) }
    case let other: throw unknown("found '\(DisplayText.escaped(other, limit: 40))'")
    }
  }

  private func longRope() throws -> RotaryScaling {
    func factors(_ name: String) throws -> [Double] {
      try requireFactor(ofEachPair: name)
      let factors = try file.readAll(name).map { Double($0) }
      if let wrong = factors.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw InputError(
          .badData, file: file.location, key: "\(name)[\(wrong)]", found: "found \(factors[wrong])",
          expected: "a number above 0")
      }
      return factors
    }
    let length = try file.required(architecture.name + ".rope.scaling.original_context_length")
    return .longRope(
      shortFactors: try factors(GGUFArchitecture.shortRotaryFactors),
      longFactors: try factors(GGUFArchitecture.longRotaryFactors),
      originalPositions: try length.int(in: 2...(1 << 30)),
      attentionFactor: try field("scaling.attn_factor")?.double())
  }

  private func requireFactor(ofEachPair name: String) throws {
    guard file.shape(of: name) != [headSize / 2] else { return }
    throw InputError(
      .badData, file: file.location, key: name, found: "found the shape \(file.shape(of: name) ?? [])",
      expected: "\([headSize / 2]), a factor for each pair")
  }

  private func linear(_ field: GGUFField) throws -> RotaryScaling? {
    let factor = try field.double()
    guard factor > 0 else { throw field.error(found: "found \(factor)", expected: "a number above 0") }
    return factor == 1 ? nil : .linear(factor: factor)
  }

  private func unknown(_ found: String) -> InputError {
    InputError(
      .badData, file: file.location, key: architecture.name + ".rope.scaling.type", found: found,
      expected: "'none', 'linear', or Llama 3's factors in \(GGUFArchitecture.rotaryFactors)")
  }

  /// The parameters that explain the factors: the file does not say them, but Llama 3's models differ in the factor
  /// and in the original length only.
  private func llama3() throws -> RotaryScaling? {
    let name = GGUFArchitecture.rotaryFactors
    try requireFactor(ofEachPair: name)
    let factors = try file.readAll(name).map { Double($0) }
    if factors.allSatisfy({ $0 == 1 }) { return nil }
    var lengths = (4...24).map { 1 << $0 }
    if let length = try field("scaling.original_context_length")?.int(in: 1...(1 << 30)) {
      lengths.insert(length, at: 0)
    }
    let largest = factors.max() ?? 1
    for factor in [largest] + [2, 4, 8, 16, 32, 64] {
      for length in lengths {
        let scaling = RotaryScaling.llama3(
          factor: factor, lowFrequencyFactor: Self.lowFrequencyFactor,
          highFrequencyFactor: Self.highFrequencyFactor, originalPositions: length)
        if explains(scaling, factors) { return scaling }
      }
    }
    throw InputError(
      .badData, file: file.location, key: name,
      found: "factors \(factors.prefix(4)) and so on up to \(largest)",
      expected: "those of Llama 3's scaling with low and high frequency factors of 1 and 4")
  }

  private func explains(_ scaling: RotaryScaling, _ factors: [Double]) -> Bool {
    let expected = RotaryFrequencies.factors(headSize: headSize, theta: theta, scaling)
    return zip(factors, expected).allSatisfy { abs($0 - $1) <= Self.tolerance * $1 }
  }
}
