package import FileSystem

/// One safetensors file, open for reading by ranges; the file is never held as a whole.
package final class SafetensorsFile: TensorTable {
  package let location: String
  package let names: [String]
  /// The free-form strings of the header, in written order.
  package let metadata: [(key: String, value: String)]
  private let file: File
  let entries: [SafetensorsHeader.Entry]

  /// Elements that are converted at a time.
  private static let chunk = 1 << 18

  /// Opens a file and checks its whole header.
  package init(_ path: String) throws(InputError) {
    let file = try File(path, .read)
    let header = try SafetensorsHeader(file)
    location = path
    metadata = header.metadata
    entries = header.entries
    names = header.entries.map(\.name)
    self.file = file
  }

  package func shape(of name: String) -> [Int]? { entry(name)?.shape }

  /// The element type of a tensor as stored, nil when there is none of that name.
  package func elementType(of name: String) -> TensorElementType? { entry(name)?.elementType }

  /// The bytes of a whole tensor as stored, for integers and booleans.
  package func readBytes(_ name: String) throws(InputError) -> [UInt8] {
    let entry = try requiredEntry(name)
    return try file.read(at: entry.bytes.lowerBound, count: entry.bytes.count, as: UInt8.self)
  }

  package func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>)
    throws(InputError)
  {
    let entry = try requiredEntry(name)
    let rowSize = Self.rowSize(entry.shape)
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= Self.rowCount(entry.shape)
        && values.count == rows.count * rowSize,
      "\(name): rows \(rows) of \(entry.shape) into \(values.count) elements")
    let start = entry.bytes.lowerBound + rows.lowerBound * rowSize * entry.elementType.size
    switch entry.elementType {
    case .float32: try file.read(at: start, into: &values)
    case .float16:
      try convert(at: start, from: UInt16(0), into: &values) {
        HalfPrecision.floats(fromFloat16: $0, into: &$1, at: $2)
      }
    case .bfloat16:
      try convert(at: start, from: UInt16(0), into: &values) {
        HalfPrecision.floats(fromBFloat16: $0, into: &$1, at: $2)
      }
    case .float64:
      try convert(at: start, from: 0.0, into: &values) { doubles, out, start in
        for index in 0..<doubles.count { out[start + index] = Float(doubles[index]) }
      }
    default:
      throw InputError(
        .badData, file: location, key: DisplayText.escaped(name),
        found: "elements of type \(entry.elementType.rawValue)",
        expected: "F32, F16, BF16 or F64")
    }
  }

  private func convert<Stored: BitwiseCopyable>(
    at start: Int, from zero: Stored, into values: inout MutableSpan<Float>,
    _ conversion: (_ stored: Span<Stored>, _ out: inout MutableSpan<Float>, _ start: Int) -> Void
  ) throws(InputError) {
    var buffer = [Stored](repeating: zero, count: min(values.count, Self.chunk))
    var done = 0
    while done < values.count {
      let count = min(values.count - done, buffer.count)
      if buffer.count != count { buffer.removeLast(buffer.count - count) }
      var stored = buffer.mutableSpan
      try file.read(at: start + done * MemoryLayout<Stored>.stride, into: &stored)
      conversion(buffer.span, &values, done)
      done += count
    }
  }
}
