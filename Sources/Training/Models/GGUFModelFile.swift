package import DraftData
package import FileSystem

/// A model in a GGUF file: its configuration, and its tensors under Hugging Face's names and in their order.
package final class GGUFModelFile {
  package let file: GGUFFile
  package let architecture: GGUFArchitecture
  package let configuration: ModelConfiguration
  package let names: [String]
  /// The names in the file.
  private let places: [String: String]
  private let rowOrder: RotaryRowOrder

  /// Opens a file and reads its configuration.
  ///
  /// - Throws: `InputError` for a damaged file, and naming the key for an architecture or a setting that Pacer does
  ///   not have.
  package init(_ path: String) throws {
    file = try GGUFFile(path)
    let field = try file.required("general.architecture")
    let name = try field.string()
    guard let architecture = GGUFArchitecture.all.first(where: { $0.name == name }) else {
      throw field.error(
        found: "found '\(DisplayText.escaped(name, limit: 40))'",
        expected: GGUFArchitecture.all.map { "'\($0.name)'" }.joined(separator: " or "))
    }
    self.architecture = architecture
    configuration = try ModelConfiguration(gguf: file, architecture)
    rowOrder = RotaryRowOrder(headSize: configuration.headSize)
    var places: [String: String] = [:]
    for name in file.names where !GGUFArchitecture.settings.contains(name) {
      // A tensor of another family keeps its name, under which the comparison reports it.
      places[architecture.huggingFaceName(of: name) ?? name] = name
    }
    self.places = places
    names = places.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension GGUFModelFile: TensorSource {
  package var location: String { file.location }

  package func shape(of name: String) -> [Int]? { places[name].flatMap { file.shape(of: $0) } }

  /// Reads rows of a tensor under Hugging Face's name, with rotary pairs as halves of a head.
  package func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>)
    throws(InputError)
  {
    let shape = try requiredShape(of: name)
    guard let stored = places[name] else { preconditionFailure("a name with a shape has a place") }
    guard architecture.reordersRows(ofHuggingFace: name), shape[0] % rowOrder.headSize == 0 else {
      return try file.read(stored, rows: rows, into: &values)
    }
    try file.read(stored, rows: rows, order: rowOrder, into: &values)
  }
}

extension GGUFFile {
  /// Reads rows of a tensor whose rotary pairs are neighbours, with the pairs as halves of a head.
  package func read(
    _ name: String, rows: Range<Int>, order: RotaryRowOrder, into values: inout MutableSpan<Float>
  ) throws(InputError) {
    let shape = try requiredShape(of: name)
    let heads = order.wholeHeads(around: rows)
    let rowSize = Self.rowSize(shape)
    precondition(
      rows.upperBound <= shape[0] && values.count == rows.count * rowSize,
      "\(name): rows \(rows) of \(shape) into \(values.count) elements")
    var piece: [Float] = []
    try read(name, rows: heads, into: &piece)
    for (index, row) in rows.enumerated() {
      let source = (order.adjacent(ofHalved: row) - heads.lowerBound) * rowSize
      for column in 0..<rowSize { values[index * rowSize + column] = piece[source + column] }
    }
  }
}
