/// What the elements of a tensor are. Both take four bytes.
public enum ElementType: Sendable, Hashable {
  case float32
  case int32
}

/// Shape and element type.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
  public let shape: Shape
  public let element: ElementType

  /// A type; elements are `float32` unless said otherwise.
  public init(_ shape: Shape, _ element: ElementType = .float32) {
    self.shape = shape
    self.element = element
  }

  /// `[2, 3]`, or `int [2, 3]`.
  public var description: String { (element == .int32 ? "int " : "") + shape.description }
}

/// A handle to a node of a graph. Owns no memory.
public struct Tensor: Sendable, Hashable {
  /// The node's place in its graph.
  public let id: Int
  public let type: TensorType

  /// The extents.
  public var shape: Shape { type.shape }
}
