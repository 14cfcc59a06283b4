package import FileSystem

/// Named tensors that can be read piece by piece as 32-bit floats: a safetensors file, its shards, an HDF5 group.
///
/// "Rows" are indices of the first dimension; a scalar has one row of one element.
package protocol TensorSource: AnyObject {
  /// The file or folder, for messages.
  var location: String { get }
  /// All names, sorted by their bytes.
  var names: [String] { get }
  /// The shape of a tensor, nil when there is none of that name.
  func shape(of name: String) -> [Int]?
  /// Reads rows: `values: [rows.count, row size]`. Throws for a name that is not there, an element type that is
  /// no float, and damage; traps for rows that are not in the shape.
  func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>) throws(InputError)
}

extension TensorSource {
  /// Indices of the first dimension of a shape; 1 for a scalar.
  package static func rowCount(_ shape: [Int]) -> Int { shape.first ?? 1 }
  /// Elements of one row.
  package static func rowSize(_ shape: [Int]) -> Int { shape.dropFirst().reduce(1, *) }

  /// Whether a tensor of that name is there.
  package func contains(_ name: String) -> Bool { shape(of: name) != nil }

  /// The shape of a tensor that must be there.
  package func requiredShape(of name: String) throws(InputError) -> [Int] {
    if let shape = shape(of: name) { return shape }
    throw InputError(
      .badData, file: location, key: DisplayText.escaped(name), found: "no tensor of this name",
      expected: "one among its \(names.count)")
  }

  /// Reads rows; `values` becomes `[rows.count, row size]`, keeping its memory when it has that size already.
  package func read(_ name: String, rows: Range<Int>, into values: inout [Float]) throws(InputError) {
    let count = rows.count * Self.rowSize(try requiredShape(of: name))
    if values.count != count { values = Array(repeating: .nan, count: count) }
    var span = values.mutableSpan
    try read(name, rows: rows, into: &span)
  }

  /// A whole tensor.
  package func readAll(_ name: String) throws(InputError) -> [Float] {
    var values: [Float] = []
    try read(name, rows: 0..<Self.rowCount(try requiredShape(of: name)), into: &values)
    return values
  }
}
