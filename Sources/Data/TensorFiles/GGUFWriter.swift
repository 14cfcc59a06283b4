import FileSystem

/// A tensor to be written to a GGUF file.
package struct GGUFTensor {
  package let name: String
  package let elementType: GGUFElementType
  /// The slowest extent first, as everywhere in Pacer.
  package let shape: [Int]
  let content: Content

  /// Where the values come from.
  enum Content {
    /// Asked for rows in ascending order; answers `[rows.count, row size]`.
    case floats((_ rows: Range<Int>) throws -> [Float])
    case integers([Int64])
  }

  /// A tensor of floats that is stored as F32, F16, BF16 or Q8_0.
  package init(
    _ name: String, _ elementType: GGUFElementType, shape: [Int],
    floats: @escaping (_ rows: Range<Int>) throws -> [Float]
  ) {
    precondition(
      GGUFWriter.writable.contains(elementType), "\(name): no floats are written as \(elementType)")
    precondition(
      (1...4).contains(shape.count) && shape.allSatisfy { $0 > 0 }
        && (elementType.blockCount == 1
          || shape.count > 1 && shape[shape.count - 1] % elementType.blockCount == 0),
      "\(name): the shape \(shape) of \(elementType.name)")
    (self.name, self.elementType, self.shape, content) = (name, elementType, shape, .floats(floats))
  }

  /// A list of numbers, stored as I64.
  package init(_ name: String, integers: [Int64]) {
    (self.name, elementType, shape, content) = (name, .int64, [integers.count], .integers(integers))
  }
}

/// Writes GGUF files, version 3: keys and tensors in the order in which they are given, as the reference package
/// does. Holds one piece of one tensor at a time.
package enum GGUFWriter {
  package static let writable: [GGUFElementType] = [.float32, .float16, .bfloat16, .q8_0]
  private static let chunk = 1 << 20

  /// Writes a file, not durably: for a temporary name.
  ///
  /// - Throws: `InputError` when writing fails, and what `floats` throws.
  package static func write(
    _ keyValues: [(key: String, value: GGUFValue)], _ tensors: [GGUFTensor], to path: String
  ) throws {
    precondition(Set(keyValues.map(\.key)).count == keyValues.count, "a key twice")
    precondition(Set(tensors.map(\.name)).count == tensors.count, "a tensor twice")
    let file = try File(path, .create)
    let header = header(keyValues, tensors)
    try file.write(header)
    for tensor in tensors { try write(tensor, to: file) }
    try file.close()
  }

  private static func padding(_ count: Int) -> Int {
    (GGUFHeader.defaultAlignment - count % GGUFHeader.defaultAlignment) % GGUFHeader.defaultAlignment
  }

  private static func header(
    _ keyValues: [(key: String, value: GGUFValue)], _ tensors: [GGUFTensor]
  ) -> [UInt8] {
    var bytes = GGUFHeader.magic
    bytes.append(little: UInt32(3))
    bytes.append(little: UInt64(tensors.count))
    bytes.append(little: UInt64(keyValues.count))
    for (key, value) in keyValues {
      bytes.append(text: key)
      bytes.append(little: value.type.rawValue)
      bytes.append(value)
    }
    var offset = 0
    for tensor in tensors {
      precondition(tensor.name.utf8.count <= GGUFHeader.nameLimit, "\(tensor.name) is too long a name")
      bytes.append(text: tensor.name)
      bytes.append(little: UInt32(tensor.shape.count))
      for extent in tensor.shape.reversed() { bytes.append(little: UInt64(extent)) }
      bytes.append(little: tensor.elementType.rawValue)
      bytes.append(little: UInt64(offset))
      let size = tensor.elementType.byteCount(tensor.shape.reduce(1, *))
      offset += size + padding(size)
    }
    return bytes + [UInt8](repeating: 0, count: padding(bytes.count))
  }

  private static func write(_ tensor: GGUFTensor, to file: borrowing File) throws {
    switch tensor.content {
    case .integers(let values): try file.write(values)
    case .floats(let floats): try write(tensor, floats, to: file)
    }
    let size = tensor.elementType.byteCount(tensor.shape.reduce(1, *))
    try file.write([UInt8](repeating: 0, count: padding(size)))
  }

  private static func write(
    _ tensor: GGUFTensor, _ floats: (Range<Int>) throws -> [Float], to file: borrowing File
  ) throws {
    let rowSize = tensor.shape.dropFirst().reduce(1, *)
    let step = max(1, chunk / rowSize)
    for start in stride(from: 0, to: tensor.shape[0], by: step) {
      let rows = start..<min(tensor.shape[0], start + step)
      let values = try floats(rows)
      precondition(
        values.count == rows.count * rowSize, "\(tensor.name): \(values.count) values for rows \(rows)")
      switch tensor.elementType {
      case .float16: try file.write(HalfPrecision.float16Bits(values))
      case .bfloat16: try file.write(HalfPrecision.bfloat16Bits(values))
      case .q8_0: try file.write(BlockQ8_0.blocks(of: values))
      default: try file.write(values)
      }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append<Value: FixedWidthInteger>(little value: Value) {
    for place in 0..<Value.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> Value(8 * place))) }
  }

  fileprivate mutating func append(text: String) {
    append(little: UInt64(text.utf8.count))
    append(contentsOf: text.utf8)
  }

  fileprivate mutating func append(_ value: GGUFValue) {
    switch value {
    case .uint8(let number): append(number)
    case .int8(let number): append(little: number)
    case .uint16(let number): append(little: number)
    case .int16(let number): append(little: number)
    case .uint32(let number): append(little: number)
    case .int32(let number): append(little: number)
    case .uint64(let number): append(little: number)
    case .int64(let number): append(little: number)
    case .float32(let number): append(little: number.bitPattern)
    case .float64(let number): append(little: number.bitPattern)
    case .bool(let flag): append(flag ? 1 : 0)
    case .string(let text): append(text: text)
    case .array(let type, let elements):
      append(little: type.rawValue)
      append(little: UInt64(elements.count))
      for element in elements {
        precondition(element.type == type && type != .array, "an array of \(type) with a \(element.type)")
        append(element)
      }
    }
  }
}
