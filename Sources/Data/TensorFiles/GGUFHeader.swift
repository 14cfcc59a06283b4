import FileSystem

/// What a GGUF file says about itself, checked against the file before anything of it is used.
///
/// Source: ggml's GGUF specification, versions 2 and 3; stricter in that tensors of no elements, arrays of arrays
/// and overlapping tensors are refused.
struct GGUFHeader {
  /// One tensor.
  struct Entry: TensorTableEntry {
    let name: String
    let elementType: GGUFElementType
    /// The slowest extent first, as everywhere in Pacer: the reverse of what the file says.
    let shape: [Int]
    /// The first byte in the file.
    let offset: Int

    var byteCount: Int { elementType.byteCount(shape.reduce(1, *)) }
  }

  static let magic = Array("GGUF".utf8)
  static let defaultAlignment = 32
  private static let keyLimit = 65_535
  /// ggml has room for 63 bytes and a zero.
  static let nameLimit = 63
  private static let extentLimit = 4

  let version: Int
  /// In written order.
  let keyValues: [(key: String, value: GGUFValue)]
  /// Sorted by name.
  let entries: [Entry]

  /// Reads and checks the header of an open file.
  init(_ cursor: inout GGUFCursor) throws(InputError) {
    version = try Self.version(&cursor)
    let tensorCount = try cursor.count("tensor_count", of: "tensors", minimumSize: 32)
    let keyCount = try cursor.count("metadata_kv_count", of: "keys", minimumSize: 13)
    keyValues = try Self.keyValues(&cursor, count: keyCount)
    let alignment = try Self.alignment(keyValues, cursor.path)
    var entries: [Entry] = []
    for index in 0..<tensorCount { entries.append(try Self.entry(&cursor, index, alignment)) }
    let dataStart = cursor.position + (alignment - cursor.position % alignment) % alignment
    self.entries = try Self.placed(entries, dataStart, cursor)
  }

  private static func version(_ cursor: inout GGUFCursor) throws(InputError) -> Int {
    guard cursor.remaining >= 24, try Array(cursor.bytes(4, nil)) == magic else {
      throw cursor.error(
        nil, found: "no GGUF header", expected: "a file that begins with 'GGUF', at least 24 bytes long",
        at: 0)
    }
    let version = try cursor.integer("version", as: UInt32.self)
    guard version == 2 || version == 3 else {
      let isSwapped = version.byteSwapped == 2 || version.byteSwapped == 3
      throw cursor.error(
        "version", found: isSwapped ? "a big-endian file" : "found \(version)",
        expected: isSwapped ? "a little-endian one" : "2 or 3", at: 4)
    }
    return Int(version)
  }

  private static func keyValues(
    _ cursor: inout GGUFCursor, count: Int
  ) throws(InputError) -> [(key: String, value: GGUFValue)] {
    var keyValues: [(key: String, value: GGUFValue)] = []
    var known: Set<String> = []
    for index in 0..<count {
      let place = cursor.position
      let key = try cursor.string("key \(index)", limit: keyLimit)
      let shown = DisplayText.escaped(key)
      guard !key.isEmpty, known.insert(key).inserted else {
        throw cursor.error(
          shown, found: key.isEmpty ? "an empty key" : "the key twice", expected: "each once", at: place)
      }
      keyValues.append((key, try cursor.value(try cursor.valueType(shown), shown)))
    }
    return keyValues
  }

  private static func alignment(
    _ keyValues: [(key: String, value: GGUFValue)], _ path: String
  ) throws(InputError) -> Int {
    guard let (key, value) = keyValues.first(where: { $0.key == "general.alignment" }) else {
      return defaultAlignment
    }
    let field = GGUFField(file: path, key: key, value: value)
    guard case .uint32(let alignment) = value, (8...65_536).contains(alignment),
      alignment & (alignment - 1) == 0
    else {
      throw field.error(
        found: value.integer.map { "found \($0) as \(value.type)" } ?? "a value of type \(value.type)",
        expected: "a power of two from 8 to 65536 as uint32")
    }
    return Int(alignment)
  }

  private static func entry(
    _ cursor: inout GGUFCursor, _ index: Int, _ alignment: Int
  ) throws(InputError) -> Entry {
    let start = cursor.position
    let name = try cursor.string("tensor \(index)", limit: nameLimit)
    let key = DisplayText.escaped(name)
    guard !name.isEmpty else {
      throw cursor.error("tensor \(index)", found: "no name", expected: "one", at: start)
    }
    let shape = try shape(&cursor, key)
    let typePlace = cursor.position
    let number = try cursor.integer(key, as: UInt32.self)
    guard let type = GGUFElementType(rawValue: number) else {
      let name = GGUFElementType.names[number] ?? "the unknown type \(number)"
      throw cursor.error(
        key, found: "elements of \(name)", expected: "\(GGUFElementType.readable), I32 or I64", at: typePlace)
    }
    // A row has to be whole blocks, and the rows of a vector are its elements.
    guard type.blockCount == 1 || (shape.count > 1 && shape[shape.count - 1] % type.blockCount == 0) else {
      throw cursor.error(
        key, found: "the shape \(shape) of \(type.name)",
        expected: "rows of whole blocks of \(type.blockCount)",
        at: typePlace)
    }
    let offsetPlace = cursor.position
    let offset = try cursor.integer(key, as: UInt64.self)
    guard offset % UInt64(alignment) == 0, offset <= UInt64(cursor.size) else {
      throw cursor.error(
        key, found: "the offset \(offset)",
        expected: "a multiple of the alignment \(alignment) inside the file of \(cursor.size) bytes",
        at: offsetPlace)
    }
    return Entry(name: name, elementType: type, shape: shape, offset: Int(offset))
  }

  private static func shape(_ cursor: inout GGUFCursor, _ key: String) throws(InputError) -> [Int] {
    let place = cursor.position
    let count = try cursor.integer(key, as: UInt32.self)
    guard (1...UInt32(extentLimit)).contains(count) else {
      throw cursor.error(key, found: "\(count) extents", expected: "1 to \(extentLimit)", at: place)
    }
    var extents: [Int] = []
    var product = 1
    for _ in 0..<count {
      let extent = try cursor.integer(key, as: UInt64.self)
      let (next, overflow) = product.multipliedReportingOverflow(by: Int(clamping: extent))
      // No element takes less than half a byte.
      guard extent > 0, !overflow, next / 2 <= cursor.size else {
        throw cursor.error(
          key, found: "the extent \(extent) after \(extents)",
          expected: "1 or more, and no more elements than the file has room for", at: place)
      }
      product = next
      extents.append(Int(extent))
    }
    return extents.reversed()
  }

  /// Turns offsets into places in the file; refuses what lies outside it, overlaps, or is there twice.
  private static func placed(
    _ entries: [Entry], _ dataStart: Int, _ cursor: borrowing GGUFCursor
  ) throws(InputError) -> [Entry] {
    func wrong(_ entry: Entry, _ found: String, _ expected: String) -> InputError {
      InputError(
        .badData, file: cursor.path, key: DisplayText.escaped(entry.name), found: found, expected: expected)
    }
    var end = dataStart
    var placed: [Entry] = []
    for entry in entries.sorted(by: { $0.offset < $1.offset }) {
      let start = dataStart + entry.offset
      guard start + entry.byteCount <= cursor.size else {
        throw wrong(
          entry, "\(entry.byteCount) bytes from byte \(start) on",
          "all of them inside the file of \(cursor.size)")
      }
      guard start >= end else { throw wrong(entry, "data that overlaps another tensor's", "data of its own") }
      end = start + entry.byteCount
      placed.append(
        Entry(name: entry.name, elementType: entry.elementType, shape: entry.shape, offset: start))
    }
    placed.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (one, other) in zip(placed, placed.dropFirst()) where one.name.utf8.elementsEqual(other.name.utf8) {
      throw wrong(one, "two tensors of this name", "one")
    }
    return placed
  }
}
