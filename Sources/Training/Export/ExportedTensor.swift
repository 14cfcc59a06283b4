internal import Autodiff
internal import DraftData
internal import FileSystem

/// A parameter on its way into a file, read piece by piece.
struct ExportedTensor {
  let name: String
  let shape: [Int]
  private let parameter: Parameter
  private let store: ParameterStore

  /// Rows are grouped so that a piece has about this many elements.
  private static let pieceCount = 1 << 18

  private init(_ parameter: Parameter, _ store: ParameterStore) {
    (name, shape) = (parameter.name, parameter.shape.extents)
    (self.parameter, self.store) = (parameter, store)
  }

  /// All parameters, in the order of their creation.
  static func inOrder(of store: ParameterStore) -> [ExportedTensor] {
    store.parameters.map { ExportedTensor($0, store) }
  }

  /// One parameter.
  static func one(_ parameter: Parameter, of store: ParameterStore) -> ExportedTensor {
    ExportedTensor(parameter, store)
  }

  /// All parameters, sorted by the bytes of their names.
  static func all(of store: ParameterStore) -> [ExportedTensor] {
    inOrder(of: store).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private var rowSize: Int { shape.dropFirst().reduce(1, *) }

  /// The row ranges that together are the tensor.
  var pieces: [Range<Int>] {
    let step = max(1, Self.pieceCount / max(1, rowSize))
    return stride(from: 0, to: shape[0], by: step).map { $0..<min($0 + step, shape[0]) }
  }

  /// The values of some rows, refused where `type` cannot hold them.
  func values(_ rows: Range<Int>, as type: ExportStageRecipe.ElementType) throws -> [Float] {
    let values = store.read(parameter, at: rows.lowerBound * rowSize, count: rows.count * rowSize)
    try type.check(values, of: name, at: rows.lowerBound * rowSize)
    return values
  }

  /// The tensor as a safetensors file holds it.
  ///
  /// - Parameter title: its name there; nil: its own.
  func safetensors(as type: ExportStageRecipe.ElementType, named title: String? = nil) -> SafetensorsTensor {
    SafetensorsTensor(title ?? name, type.tensorType, shape: shape) { try values($0, as: type) }
  }

  /// Compares what a file gives back with what should be in it, bit for bit.
  func compare(with source: any TensorSource, as type: ExportStageRecipe.ElementType) throws {
    guard source.shape(of: name) == shape else {
      throw InputError(
        .inputOutput, file: source.location, key: name, found: "the tensor was not written as \(shape)")
    }
    var found: [Float] = []
    for rows in pieces {
      try source.read(name, rows: rows, into: &found)
      let expected = type.rounded(try values(rows, as: type))
      guard zip(found, expected).allSatisfy({ $0.bitPattern == $1.bitPattern }) else {
        throw InputError(
          .inputOutput, file: source.location, key: name, found: "other values than were written",
          remedy: "The disk or the memory of this machine is at fault; try another")
      }
    }
  }

  /// Compares all parameters with a file that must hold just them.
  static func compareAll(
    _ store: ParameterStore, with source: any TensorSource, as type: ExportStageRecipe.ElementType
  ) throws {
    let tensors = all(of: store)
    guard tensors.map(\.name) == source.names else {
      throw InputError(
        .inputOutput, file: source.location, key: "tensors", found: "\(source.names.count) tensors",
        expected: "\(tensors.count), those that were written")
    }
    for tensor in tensors { try tensor.compare(with: source, as: type) }
  }
}
