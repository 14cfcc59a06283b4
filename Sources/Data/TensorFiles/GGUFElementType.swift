/// The element types of GGUF tensors that Pacer reads, with the numbers that stand for them.
///
/// Source: ggml's `ggml_type`; sizes of its blocks.
package enum GGUFElementType: UInt32, Sendable, CaseIterable {
  case float32 = 0
  case float16 = 1
  case q4_0 = 2
  case q8_0 = 8
  case q4_K = 12
  case q6_K = 14
  case int32 = 26
  case int64 = 27
  case bfloat16 = 30

  /// As ggml writes it: `Q4_K`.
  package var name: String { Self.names[rawValue] ?? "type \(rawValue)" }

  /// Elements that are stored together; the length of a row is a multiple of it.
  package var blockCount: Int {
    switch self {
    case .float32, .float16, .bfloat16, .int32, .int64: 1
    case .q4_0, .q8_0: 32
    case .q4_K, .q6_K: 256
    }
  }

  /// Bytes of a block.
  package var blockSize: Int {
    switch self {
    case .float32, .int32: 4
    case .float16, .bfloat16: 2
    case .int64: 8
    case .q4_0: 18
    case .q8_0: 34
    case .q4_K: 144
    case .q6_K: 210
    }
  }

  /// Bytes of `count` elements, which are whole blocks.
  package func byteCount(_ count: Int) -> Int {
    precondition(count % blockCount == 0, "\(count) elements of \(name) are no whole blocks")
    return count / blockCount * blockSize
  }

  /// The names of all types that ggml has or had, so that one that Pacer does not read can be called by its name.
  static let names: [UInt32: String] = [
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K",
    11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS",
    19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32",
    27: "I64", 28: "F64", 29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
    41: "Q1_0",
  ]

  /// All that `TensorSource.read` turns into floats, for messages.
  static let readable = "F32, F16, BF16, Q8_0, Q6_K, Q4_K or Q4_0"
}
