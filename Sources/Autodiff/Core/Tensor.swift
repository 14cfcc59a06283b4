/// What the elements of a tensor are. Both take four bytes.
package enum ElementType: Sendable, Hashable {
  case float32
  case int32
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
  package var description: String { (element == .int32 ? "int " : "") + shape.description }
}

/// A handle to a node of a graph. Owns no memory.
package struct Tensor: Sendable, Hashable {
  /// The node's place in its graph.
  package let id: Int
  package let type: TensorType

  /// The extents.
  package var shape: Shape { type.shape }
}
