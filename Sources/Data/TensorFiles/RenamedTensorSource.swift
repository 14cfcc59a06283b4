package import FileSystem

/// Tensors of a file under other names; those that have no name here are not seen.
package final class RenamedTensorSource: TensorSource {
  private let source: any TensorSource
  private let places: [String: String]
  package let names: [String]

  /// - Parameter rename: the new name of each of the source's, nil to leave it out.
  package init(_ source: any TensorSource, _ rename: (String) -> String?) {
    self.source = source
    var places: [String: String] = [:]
    for name in source.names {
      if let new = rename(name) { places[new] = name }
    }
    self.places = places
    names = places.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package var location: String { source.location }

  package func shape(of name: String) -> [Int]? { places[name].flatMap { source.shape(of: $0) } }

  package func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>)
    throws(InputError)
  {
    guard let place = places[name] else {
      throw InputError(
        .badData, file: location, key: DisplayText.escaped(name), found: "no tensor of this name")
    }
    try source.read(place, rows: rows, into: &values)
  }
}
