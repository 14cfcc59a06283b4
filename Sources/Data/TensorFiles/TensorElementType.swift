/// The element types of the safetensors format, in the order in which upstream sorts them (descending).
///
/// Source: huggingface/safetensors, `Dtype`; 8-bit floats and smaller are known by size only.
package enum TensorElementType: String, Sendable, CaseIterable {
  case uint64 = "U64"
  case int64 = "I64"
  case float64 = "F64"
  case float32 = "F32"
  case uint32 = "U32"
  case int32 = "I32"
  case bfloat16 = "BF16"
  case float16 = "F16"
  case uint16 = "U16"
  case int16 = "I16"
  case float8E4M3 = "F8_E4M3"
  case float8E5M2 = "F8_E5M2"
  case int8 = "I8"
  case uint8 = "U8"
  case bool = "BOOL"

  /// Bytes of one element.
  package var size: Int {
    switch self {
    case .uint64, .int64, .float64: 8
    case .float32, .uint32, .int32: 4
    case .bfloat16, .float16, .uint16, .int16: 2
    case .float8E4M3, .float8E5M2, .int8, .uint8, .bool: 1
    }
  }

  /// Whether `TensorSource.read` can turn it into 32-bit floats.
  package var isReadableAsFloat: Bool {
    switch self {
    case .float64, .float32, .bfloat16, .float16: true
    default: false
    }
  }

  /// The place in the upstream order: larger alignments first.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
