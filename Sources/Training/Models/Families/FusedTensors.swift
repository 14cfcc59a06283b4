package import DraftData
package import FileSystem

/// A matrix in a file whose rows are those of several parameters, one below another.
package struct FusedTensor: Sendable {
  package let name: String
  package let parts: [(name: String, rows: Int)]

  /// Rows of all parts.
  package var rows: Int { parts.reduce(0) { $0 + $1.rows } }

  /// The parts that rows of the whole come from, with the rows of each.
  package func pieces(_ rows: Range<Int>) -> [(name: String, rows: Range<Int>)] {
    var begin = 0
    return parts.compactMap { part in
      defer { begin += part.rows }
      let shared = rows.clamped(to: begin..<begin + part.rows)
      return shared.isEmpty ? nil : (part.name, shared.lowerBound - begin..<shared.upperBound - begin)
    }
  }
}

extension ModelConfiguration {
  /// What files of this family keep as one, layer by layer.
  package var fusedTensors: [FusedTensor] {
    let weights = family.description.fusedWeights(self)
    return (0..<layerCount).flatMap { layer in
      weights.map { weight in
        let prefix = "model.layers.\(layer)."
        return FusedTensor(
          name: prefix + weight.name, parts: weight.parts.map { (prefix + $0.name, $0.rows) })
      }
    }
  }
}

/// The tensors of a file with those that it keeps as one taken apart, under the names of the parameters.
package final class UnfusedTensorSource: TensorSource {
  private let source: any TensorSource
  private let wholes: [String: FusedTensor]
  private let places: [String: (whole: String, begin: Int, rows: Int)]
  package let names: [String]

  /// A wholly fused tensor that the file lacks, or that has other extents than its parts, is left as it is, so that a
  /// comparison with the architecture names it.
  package init(_ source: any TensorSource, _ fused: [FusedTensor]) {
    self.source = source
    let found = fused.filter { source.shape(of: $0.name)?.first == $0.rows }
    wholes = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0) })
    var places: [String: (whole: String, begin: Int, rows: Int)] = [:]
    for tensor in found {
      var begin = 0
      for part in tensor.parts {
        places[part.name] = (tensor.name, begin, part.rows)
        begin += part.rows
      }
    }
    self.places = places
    let wholes = wholes
    names = (source.names.filter { wholes[$0] == nil } + places.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package var location: String { source.location }

  package func shape(of name: String) -> [Int]? {
    guard let place = places[name] else { return wholes[name] == nil ? source.shape(of: name) : nil }
    return [place.rows] + (source.shape(of: place.whole) ?? []).dropFirst()
  }

  package func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>)
    throws(InputError)
  {
    guard let place = places[name] else { return try source.read(name, rows: rows, into: &values) }
    try source.read(
      place.whole, rows: place.begin + rows.lowerBound..<place.begin + rows.upperBound, into: &values)
  }
}
