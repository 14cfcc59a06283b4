package import Autodiff
package import DraftData
internal import FileSystem

extension ParameterStore {
  /// Elements that are read at a time, so that loading needs one megabyte beyond the model itself.
  private static let pieceCount = 1 << 18

  /// Fills every parameter from named tensors, piece by piece, after comparing the two lists of names.
  ///
  /// - Throws: one `InputError` that lists every missing, extra and misshapen tensor; one that names the tensor and
  ///   element where a weight is not finite.
  package func load(_ source: any TensorSource) throws {
    try TensorComparison.check(source, against: parameters.map { ($0.name, $0.shape.extents) })
    var piece: [Float] = []
    for parameter in parameters {
      let extents = parameter.shape.extents
      let rowCount = extents.first ?? 1
      let rowSize = extents.dropFirst().reduce(1, *)
      let step = max(1, Self.pieceCount / max(1, rowSize))
      for start in stride(from: 0, to: rowCount, by: step) {
        try source.read(parameter.name, rows: start..<min(start + step, rowCount), into: &piece)
        if let place = piece.firstIndex(where: { !$0.isFinite }) {
          throw InputError(
            .badData, file: source.location, key: parameter.name,
            found: "element \(start * rowSize + place) is \(piece[place])", expected: "finite weights")
        }
        write(piece, to: parameter, at: start * rowSize)
      }
    }
  }
}
