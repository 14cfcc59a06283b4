package import FileSystem
import HDF5

/// The float datasets below one group of an HDF5 file, named by their paths below it.
package final class HDF5TensorSource: TensorSource {
  package let location: String
  package let names: [String]
  private let file: HDF5File
  private let prefix: String
  private let shapes: [String: [Int]]

  /// Opens `path`, whose bytes have been verified where that is possible, and checks every dataset in `group`.
  package init(_ path: String, group: String = "/") throws(InputError) {
    let file = try HDF5File(reading: path)
    let trimmed = group.split(separator: "/").joined(separator: "/")
    let prefix = trimmed.isEmpty ? "" : trimmed + "/"
    var shapes: [String: [Int]] = [:]
    var names: [String] = []
    for full in try file.datasets(under: trimmed) {
      let name = String(full.dropFirst(prefix.count))
      names.append(name)
      shapes[name] = try file.dataset(full).shape
    }
    location = path
    self.names = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.shapes = shapes
    self.prefix = prefix
    self.file = file
  }

  package func shape(of name: String) -> [Int]? { shapes[name] }

  package func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>)
    throws(InputError)
  {
    _ = try requiredShape(of: name)
    let dataset = try file.dataset(prefix + name)
    switch dataset.elementType {
    case .float32: try dataset.read(rows: rows, into: &values)
    case .float16:
      var bits: [UInt16] = []
      try dataset.read(rows: rows, into: &bits)
      HalfPrecision.floats(fromFloat16: bits.span, into: &values)
    case .bfloat16:
      var bits: [UInt16] = []
      try dataset.read(rows: rows, into: &bits)
      HalfPrecision.floats(fromBFloat16: bits.span, into: &values)
    case .float64:
      var doubles: [Double] = []
      try dataset.read(rows: rows, into: &doubles)
      for index in 0..<doubles.count { values[index] = Float(doubles[index]) }
    default:
      throw dataset.error(found: "elements of type \(dataset.elementType.rawValue)", expected: "floats")
    }
  }
}
