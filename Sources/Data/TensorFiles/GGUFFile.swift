package import FileSystem

/// One GGUF file, open for reading by ranges; only its header is held.
package final class GGUFFile: TensorTable {
  package let location: String
  package let names: [String]
  /// 2 or 3.
  package let version: Int
  /// The keys with their values, in written order.
  package let keyValues: [(key: String, value: GGUFValue)]
  private let file: File
  let entries: [GGUFHeader.Entry]
  private let places: [String: Int]

  /// Elements that are converted at a time.
  private static let chunk = 1 << 18

  /// Opens a file and checks its whole header.
  ///
  /// - Throws: `InputError` naming the file, the byte and the key or tensor: truncated or contradicting headers,
  ///   duplicate names, an element type that Pacer does not read, and tensors outside the file or over another.
  package init(_ path: String) throws(InputError) {
    var cursor = try GGUFCursor(try File(path, .read))
    let header = try GGUFHeader(&cursor)
    location = path
    version = header.version
    keyValues = header.keyValues
    entries = header.entries
    names = header.entries.map(\.name)
    places = Dictionary(
      header.keyValues.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    file = cursor.takeFile()
  }

  /// Whether a file begins like one of GGUF.
  package static func isGGUF(_ path: String) throws(InputError) -> Bool {
    let file = try File(path, .read)
    guard try file.size() >= GGUFHeader.magic.count else { return false }
    return try file.read(at: 0, count: GGUFHeader.magic.count, as: UInt8.self) == GGUFHeader.magic
  }

  /// The value of a key, nil when there is none.
  package func optional(_ key: String) -> GGUFField? {
    places[key].map { GGUFField(file: location, key: key, value: keyValues[$0].value) }
  }

  /// The value of a key. Throws `InputError` when there is none.
  package func required(_ key: String) throws(InputError) -> GGUFField {
    if let field = optional(key) { return field }
    throw InputError(.badData, file: location, key: key, found: "nothing", expected: "a value")
  }

  package func shape(of name: String) -> [Int]? { entry(name)?.shape }

  /// The element type of a tensor as stored, nil when there is none of that name.
  package func elementType(of name: String) -> GGUFElementType? { entry(name)?.elementType }

  /// Bytes of all tensors.
  package var byteCount: Int { entries.reduce(0) { $0 + $1.byteCount } }

  /// Reads rows, dequantised: see `TensorSource`.
  package func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>)
    throws(InputError)
  {
    let entry = try requiredEntry(name)
    let start = start(of: rows, in: entry, count: values.count)
    switch entry.elementType {
    case .float32: try file.read(at: start, into: &values)
    case .float16:
      try convert(at: start, UInt16.self, perBlock: 1, into: &values) {
        HalfPrecision.floats(fromFloat16: $0, into: &$1, at: $2)
      }
    case .bfloat16:
      try convert(at: start, UInt16.self, perBlock: 1, into: &values) {
        HalfPrecision.floats(fromBFloat16: $0, into: &$1, at: $2)
      }
    case .q4_0: try dequantize(at: start, BlockQ4_0.self, into: &values)
    case .q8_0: try dequantize(at: start, BlockQ8_0.self, into: &values)
    case .q4_K: try dequantize(at: start, BlockQ4_K.self, into: &values)
    case .q6_K: try dequantize(at: start, BlockQ6_K.self, into: &values)
    case .int32, .int64:
      throw InputError(
        .badData, file: location, key: DisplayText.escaped(name),
        found: "elements of \(entry.elementType.name)", expected: GGUFElementType.readable)
    }
  }

  /// A whole tensor of integers. Throws `InputError` for a name that is not there, for elements that are no
  /// integers, and for damage.
  package func integers(_ name: String) throws(InputError) -> [Int64] {
    let entry = try requiredEntry(name)
    let count = entry.shape.reduce(1, *)
    switch entry.elementType {
    case .int64: return try file.read(at: entry.offset, count: count)
    case .int32: return try file.read(at: entry.offset, count: count, as: Int32.self).map { Int64($0) }
    default:
      throw InputError(
        .badData, file: location, key: DisplayText.escaped(name),
        found: "elements of \(entry.elementType.name)", expected: "I64 or I32")
    }
  }

  /// The byte at which rows begin; traps for rows that the tensor does not have.
  private func start(of rows: Range<Int>, in entry: GGUFHeader.Entry, count: Int) -> Int {
    let rowSize = Self.rowSize(entry.shape)
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= Self.rowCount(entry.shape) && count == rows.count * rowSize,
      "\(entry.name): rows \(rows) of \(entry.shape) into \(count) elements")
    return entry.offset + entry.elementType.byteCount(rows.lowerBound * rowSize)
  }

  private func dequantize<Block: QuantizedBlock>(
    at start: Int, _ type: Block.Type, into values: inout MutableSpan<Float>
  ) throws(InputError) {
    try convert(at: start, type, perBlock: Block.elementCount, into: &values) { blocks, out, place in
      for index in 0..<blocks.count {
        blocks[index].dequantize(into: &out, at: place + index * Block.elementCount)
      }
    }
  }

  private func convert<Stored: BitwiseCopyable>(
    at start: Int, _ type: Stored.Type, perBlock: Int, into values: inout MutableSpan<Float>,
    _ conversion: (_ stored: Span<Stored>, _ out: inout MutableSpan<Float>, _ place: Int) -> Void
  ) throws(InputError) {
    var done = 0
    while done < values.count {
      let count = min(values.count - done, Self.chunk)
      let stored = try file.read(
        at: start + done / perBlock * MemoryLayout<Stored>.size, count: count / perBlock, as: type)
      conversion(stored.span, &values, done)
      done += count
    }
  }
}
