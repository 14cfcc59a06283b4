/// A tensor to be written: what it is called, how it is stored, and where its values come from.
package struct SafetensorsTensor {
  /// Where the values come from.
  package enum Content {
    /// Asked for rows in ascending order; answers `[rows.count, row size]`.
    case floats((_ rows: Range<Int>) throws -> [Float])
    /// All bytes, little-endian, for integers and booleans.
    case bytes([UInt8])
  }

  package let name: String
  package let elementType: TensorElementType
  package let shape: [Int]
  package let content: Content

  /// A tensor of floats, stored as F32, F16 or BF16.
  package init(
    _ name: String, _ elementType: TensorElementType, shape: [Int],
    floats: @escaping (Range<Int>) throws -> [Float]
  ) {
    precondition(
      [.float32, .float16, .bfloat16].contains(elementType), "\(name): no floats in \(elementType)")
    (self.name, self.elementType, self.shape, content) = (name, elementType, shape, .floats(floats))
  }

  /// A tensor of floats that is in memory.
  package init(_ name: String, _ elementType: TensorElementType, shape: [Int], values: [Float]) {
    let rowSize = shape.dropFirst().reduce(1, *)
    self.init(name, elementType, shape: shape) {
      Array(values[$0.lowerBound * rowSize..<$0.upperBound * rowSize])
    }
  }

  /// A tensor whose bytes are known.
  package init(_ name: String, _ elementType: TensorElementType, shape: [Int], bytes: [UInt8]) {
    (self.name, self.elementType, self.shape, content) = (name, elementType, shape, .bytes(bytes))
  }
}
