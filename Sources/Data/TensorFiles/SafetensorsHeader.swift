import FileSystem

/// What a safetensors file says about itself, checked against the file before anything is read or allocated.
///
/// Source: huggingface/safetensors, "Format"; stricter in that a tensor with unknown fields is refused.
struct SafetensorsHeader {
  /// One tensor.
  struct Entry: TensorTableEntry {
    let name: String
    let elementType: TensorElementType
    let shape: [Int]
    /// Bytes of the file.
    let bytes: Range<Int>
  }

  /// Upstream's own limit.
  static let byteLimit = 100_000_000
  private static let nameLimit = 4096

  let metadata: [(key: String, value: String)]
  /// Sorted by name.
  let entries: [Entry]

  /// Reads and checks the header of an open file.
  init(_ file: borrowing File) throws(InputError) {
    let path = file.path
    func wrong(_ found: String, _ expected: String) -> InputError {
      InputError(.badData, file: path, at: .byte(0), found: found, expected: expected)
    }
    let size = try file.size()
    guard size >= 8 else { throw wrong("\(size) bytes", "a safetensors file, at least 8 bytes long") }
    let length = try file.read(at: 0, count: 1, as: UInt64.self)[0]
    guard length >= 2, length <= Self.byteLimit, Int(length) <= size - 8 else {
      throw wrong("a header of \(length) bytes in a file of \(size)", "a safetensors header")
    }
    let text = try file.read(at: 8, count: Int(length), as: UInt8.self)
    guard text[0] == UInt8(ascii: "{") else { throw wrong("a header that does not begin with '{'", "JSON") }
    do {
      try self.init(JSONValue.parse(text, file: path), path: path, dataStart: 8 + Int(length), fileSize: size)
    } catch let error as InputError {
      throw error
    } catch { preconditionFailure("only InputError is thrown here, not \(error)") }
  }

  private init(_ json: JSONValue, path: String, dataStart: Int, fileSize: Int) throws {
    let root = JSONNode(json, file: path)
    var metadata: [(key: String, value: String)] = []
    var entries: [Entry] = []
    for (name, node) in try root.members {
      if name == "__metadata__" {
        for (key, text) in try node.members { metadata.append((key, try text.string)) }
      } else {
        entries.append(try Self.entry(name, node, dataStart: dataStart, dataSize: fileSize - dataStart))
      }
    }
    try Self.checkCover(entries, path: path, dataStart: dataStart, fileSize: fileSize)
    self.metadata = metadata
    self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func entry(_ name: String, _ node: JSONNode, dataStart: Int, dataSize: Int) throws -> Entry {
    guard !name.isEmpty, name.utf8.count <= nameLimit, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
    else {
      throw InputError(
        .badData, file: node.file, key: DisplayText.escaped(name), found: "an unusable name for a tensor",
        expected: "printable text of at most \(nameLimit) bytes")
    }
    for (key, member) in try node.members where !["dtype", "shape", "data_offsets"].contains(key) {
      throw member.error(found: "an unknown field", expected: "dtype, shape and data_offsets")
    }
    let typeName = try node.required("dtype").string
    guard let type = TensorElementType(rawValue: typeName) else {
      throw try node.required("dtype").error(
        found: "the type '\(DisplayText.escaped(typeName, limit: 20))'",
        expected: "one of \(TensorElementType.allCases.map(\.rawValue).joined(separator: " "))")
    }
    let shape = try sizes(node.required("shape"))
    let offsets = try sizes(node.required("data_offsets"))
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= dataSize else {
      throw try node.required("data_offsets").error(
        found: "the offsets \(offsets)", expected: "begin and end within \(dataSize) bytes of data")
    }
    guard let size = byteCount(shape, type), size == offsets[1] - offsets[0] else {
      throw node.error(
        found: "\(offsets[1] - offsets[0]) bytes for the shape \(shape) of \(typeName)",
        expected: "what it takes")
    }
    return Entry(
      name: name, elementType: type, shape: shape, bytes: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  /// Integers of 0 and more, written as integers: `1.0` is not one.
  private static func sizes(_ node: JSONNode) throws -> [Int] {
    try node.elements.map { element in
      guard case .integer(let size) = element.value, size >= 0 else {
        throw element.error(found: element.value.kindName, expected: "an integer of 0 or more")
      }
      return size
    }
  }

  /// Bytes of a tensor; nil when the sizes, leaving zeros out, overflow.
  static func byteCount(_ shape: [Int], _ type: TensorElementType) -> Int? {
    var bytes = type.size
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(1, size))
      if overflow { return nil }
      bytes = product
    }
    return shape.contains(0) ? 0 : bytes
  }

  /// The tensors must lie one after the other over all of the data: no hole, no overlap, nothing behind.
  private static func checkCover(_ entries: [Entry], path: String, dataStart: Int, fileSize: Int) throws {
    var end = dataStart
    let ordered = entries.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    for entry in ordered {
      guard entry.bytes.lowerBound == end else {
        throw InputError(
          .badData, file: path, at: .byte(entry.bytes.lowerBound), key: DisplayText.escaped(entry.name),
          found: entry.bytes.lowerBound < end
            ? "data that overlaps another tensor's" : "a hole before its data",
          expected: "data that begins at byte \(end)")
      }
      end = entry.bytes.upperBound
    }
    guard end == fileSize else {
      throw InputError(
        .badData, file: path, at: .byte(end), found: "\(fileSize - end) bytes that belong to no tensor",
        expected: "the end of the file")
    }
  }
}
