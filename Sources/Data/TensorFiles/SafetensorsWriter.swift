import FileSystem

/// Writes safetensors files byte for byte as the upstream library does: largest alignment first, then by name;
/// header padded to 8 bytes. Holds one piece of one tensor at a time.
package enum SafetensorsWriter {
  private static let chunk = 1 << 20

  /// Writes `tensors` durably to `path`.
  ///
  /// - Parameters:
  ///   - metadata: strings for the header; `format: pt` is what transformers wants to see.
  ///   - replaces: whether an existing file may be replaced; otherwise it is an error.
  package static func write(
    _ tensors: [SafetensorsTensor], to path: String,
    metadata: [(key: String, value: String)] = [("format", "pt")],
    replaces: Bool = true
  ) throws {
    let ordered = tensors.sorted {
      $0.elementType.rank != $1.elementType.rank
        ? $0.elementType.rank < $1.elementType.rank : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    let header = try encodedHeader(ordered, metadata)
    try DurableFile.create(path, replaces: replaces) { file in
      try file.write([UInt64(header.count)])
      try file.write(header)
      for tensor in ordered { try write(tensor, to: file) }
    }
  }

  private static func encodedHeader(
    _ tensors: [SafetensorsTensor], _ metadata: [(key: String, value: String)]
  ) throws -> [UInt8] {
    var header = JSONObject()
    if !metadata.isEmpty {
      var strings = JSONObject()
      for (key, value) in metadata { strings[key] = .string(value) }
      header["__metadata__"] = .object(strings)
    }
    var offset = 0
    for tensor in tensors {
      precondition(header[tensor.name] == nil, "two tensors named \(tensor.name)")
      guard let size = SafetensorsHeader.byteCount(tensor.shape, tensor.elementType) else {
        preconditionFailure("\(tensor.name): the shape \(tensor.shape) is too large")
      }
      header[tensor.name] = [
        "dtype": .string(tensor.elementType.rawValue),
        "shape": .array(tensor.shape.map { .integer($0) }),
        "data_offsets": .array([.integer(offset), .integer(offset + size)]),
      ]
      offset += size
    }
    var bytes = try JSONValue.object(header).serializedBytes()
    while bytes.count % 8 != 0 { bytes.append(0x20) }
    return bytes
  }

  private static func write(_ tensor: SafetensorsTensor, to file: borrowing File) throws {
    switch tensor.content {
    case .bytes(let bytes):
      precondition(
        bytes.count == SafetensorsHeader.byteCount(tensor.shape, tensor.elementType),
        "\(tensor.name): \(bytes.count) bytes for \(tensor.shape)")
      try file.write(bytes)
    case .floats(let read):
      let rowCount = tensor.shape.first ?? 1
      let rowSize = tensor.shape.dropFirst().reduce(1, *)
      let step = max(1, chunk / max(1, rowSize))
      for start in stride(from: 0, to: rowCount, by: step) where rowSize > 0 {
        let rows = start..<min(rowCount, start + step)
        let values = try read(rows)
        precondition(
          values.count == rows.count * rowSize, "\(tensor.name): \(values.count) values for rows \(rows)")
        switch tensor.elementType {
        case .float16: try file.write(HalfPrecision.float16Bits(values))
        case .bfloat16: try file.write(HalfPrecision.bfloat16Bits(values))
        default: try file.write(values)
        }
      }
    }
  }
}
