internal import DraftData
internal import FileSystem

/// Reads tensors once, piece by piece, for what is to be said about them.
enum TensorReading {
  private static let pieceCount = 1 << 18

  /// Facts of every tensor of a source; those that are no floats have no norm.
  static func facts(_ source: any TensorSource, type: (String) -> String) throws -> [TensorFacts] {
    try source.names.map { name in
      var facts = TensorFacts(name: name, shape: source.shape(of: name) ?? [], type: type(name))
      if isFloat(facts.type) { try measure(&facts, source, name) }
      return facts
    }
  }

  /// Whether `TensorSource` reads an element type.
  static func isFloat(_ type: String) -> Bool {
    [
      "float16", "bfloat16", "float32", "float64", "F16", "BF16", "F32", "F64", "Q4_0", "Q8_0", "Q4_K",
      "Q6_K",
    ].contains(type)
  }

  /// Reads a tensor and adds norm and count of elements that are not finite.
  static func measure(_ facts: inout TensorFacts, _ source: any TensorSource, _ name: String) throws {
    let rowCount = facts.shape.first ?? 1
    let rowSize = facts.shape.dropFirst().reduce(1, *)
    let step = max(1, pieceCount / max(1, rowSize))
    var sum = 0.0
    var piece: [Float] = []
    for start in stride(from: 0, to: rowCount, by: step) {
      try source.read(name, rows: start..<min(start + step, rowCount), into: &piece)
      for value in piece {
        if value.isFinite { sum += Double(value) * Double(value) } else { facts.nonFiniteCount += 1 }
      }
    }
    facts.norm = sum.squareRoot()
  }
}
