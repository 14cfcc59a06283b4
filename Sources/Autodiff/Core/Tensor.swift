/// What the elements of a tensor are. Values take four bytes each; frozen matrices may be stored in fewer.
package enum ElementType: Sendable, Hashable {
  case float32
  case int32
  /// Two bytes, the upper half of a float32.
  case bfloat16
  /// One byte, times a float32 for each row; the factors stand before the rows.
  case int8

  /// Elements of four bytes that `shape` takes in memory.
  func storedCount(_ shape: Shape) -> Int {
    switch self {
    case .float32, .int32: shape.count
    case .bfloat16: (shape.count + 1) / 2
    case .int8: shape.rows + (shape.count + 3) / 4
    }
  }
}

/// Shape and element type.
package struct TensorType: Sendable, Hashable, CustomStringConvertible {
  package let shape: Shape
  package let element: ElementType

  /// A type; elements are `float32` unless said otherwise.
  package init(_ shape: Shape, _ element: ElementType = .float32) {
    self.shape = shape
    self.element = element
  }

  /// `[2, 3]`, or `int [2, 3]`.
  package var description: String {
    switch element {
    case .float32: shape.description
    case .int32: "int \(shape)"
    case .bfloat16: "bf16 \(shape)"
    case .int8: "int8 \(shape)"
    }
  }

  /// Elements of four bytes in memory.
  var storedCount: Int { element.storedCount(shape) }
}

/// A handle to a node of a graph. Owns no memory.
package struct Tensor: Sendable, Hashable {
  /// The node's place in its graph.
  package let id: Int
  package let type: TensorType

  /// The extents.
  package var shape: Shape { type.shape }
}
