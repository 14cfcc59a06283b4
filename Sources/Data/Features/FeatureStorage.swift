internal import HDF5

/// How the numbers of hidden states are stored; `docs/feature-corpus.md` gives the arithmetic.
package enum FeatureStorage: String, Sendable, CaseIterable {
  /// Four bytes, exact.
  case float32 = "f32"
  /// Two bytes, eleven bits of precision, magnitudes up to 65504.
  case float16 = "f16"
  /// Two bytes, eight bits of precision, the range of f32.
  case bfloat16 = "bf16"
  /// One byte from -127 to 127, times one f32 for each row: the row's largest magnitude / 127.
  case int8

  /// Bytes of one row, its scale included, before compression.
  package func byteCount(width: Int) -> Int { width * elementType.size + (self == .int8 ? 4 : 0) }

  var elementType: HDF5ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int8: .int8
    }
  }

  init?(_ type: HDF5ElementType) {
    guard let storage = Self.allCases.first(where: { $0.elementType == type }) else { return nil }
    self = storage
  }
}
