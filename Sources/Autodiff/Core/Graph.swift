/// A recorded computation: plain records in execution order.
///
/// Model code calls methods such as `linear(_:_:)` on an `inout Graph`; nothing runs until a `Plan` of the graph is
/// handed to an `Executor`.
package struct Graph: Sendable {
  /// One record.
  struct Node: Sendable {
    enum Kind: Sendable {
      /// Fed before every step; the planner places it.
      case input
      /// Lives in memory somebody else owns: a parameter, a constant table, a cache.
      case stored(value: Slot, gradient: Slot?)
      case operation(any Operation, OperationSignature)
    }

    let kind: Kind
    let inputs: [Int]
    let type: TensorType
    let needsGradient: Bool
    /// Where in the model, and where in the source, it was recorded.
    let origin: Origin
  }

  private(set) var nodes: [Node] = []
  /// Runs of records that a plan may compute again on the way back, in order, none inside another.
  private(set) var segments: [Range<Int>] = []
  private var path: [String] = []
  private var isInSegment = false

  /// An empty graph.
  package init() {}

  /// Number of records.
  package var count: Int { nodes.count }

  /// A tensor that the caller fills before each step. No gradient flows to it.
  package mutating func input(
    _ shape: Shape, _ element: ElementType = .float32, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    append(.input, [], TensorType(shape, element), needsGradient: false, file, line)
  }

  /// A tensor in memory that somebody else owns, with a place for its gradient if it is to be learned.
  package mutating func stored(
    _ shape: Shape, _ element: ElementType = .float32, value: Slot, gradient: Slot? = nil,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let type = TensorType(shape, element)
    precondition(
      value.count == type.storedCount, "a stored tensor of type \(type) needs \(type.storedCount) elements")
    return append(
      .stored(value: value, gradient: gradient), [], type, needsGradient: gradient != nil, file, line)
  }

  /// A parameter: its gradient is wanted if it is trainable.
  package mutating func parameter(
    _ parameter: Parameter, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    stored(
      parameter.shape, parameter.element, value: parameter.value, gradient: parameter.gradient, file: file,
      line: line)
  }

  /// Records an operation. Traps when the inputs do not fit.
  package mutating func apply(
    _ operation: any Operation, _ inputs: [Tensor], file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let signature = operation.signature(inputs.map(\.type))
    let needsGradient = inputs.enumerated().contains { k, input in
      nodes[input.id].needsGradient && !signature.constantInputs.contains(k)
    }
    return append(
      .operation(operation, signature), inputs.map(\.id), signature.output, needsGradient: needsGradient,
      file,
      line)
  }

  /// Records everything in `body` under a name, so that messages can say `layers.3.attention`.
  package mutating func scope<Result>(_ name: String, _ body: (inout Graph) -> Result) -> Result {
    path.append(name)
    defer { path.removeLast() }
    return body(&self)
  }

  /// Records everything in `body` as a stretch that a plan may compute twice instead of keeping its values: a layer.
  /// Does nothing inside another such stretch.
  package mutating func segment<Result>(_ body: (inout Graph) -> Result) -> Result {
    guard !isInSegment else { return body(&self) }
    isInSegment = true
    defer { isInSegment = false }
    let start = nodes.count
    let result = body(&self)
    segments.append(start..<nodes.count)
    return result
  }

  private mutating func append(
    _ kind: Node.Kind, _ inputs: [Int], _ type: TensorType, needsGradient: Bool, _ file: StaticString,
    _ line: UInt
  ) -> Tensor {
    let origin = Origin(path: path.joined(separator: "."), file: file, line: line)
    nodes.append(
      Node(kind: kind, inputs: inputs, type: type, needsGradient: needsGradient, origin: origin))
    return Tensor(id: nodes.count - 1, type: type)
  }
}

/// Where a record came from.
package struct Origin: Sendable, CustomStringConvertible {
  /// The module path, dotted.
  package let path: String
  package let file: StaticString
  package let line: UInt

  /// `layers.3.attention (Models/LanguageModel.swift:41)`.
  package var description: String { (path.isEmpty ? "" : path + " ") + "(\(file):\(line))" }
}
