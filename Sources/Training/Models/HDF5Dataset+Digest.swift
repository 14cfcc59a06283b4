package import FileSystem
package import HDF5

extension HDF5Dataset {
  private static var pieceBytes: Int { 1 << 20 }

  /// SHA-256 of the little-endian bytes, read a megabyte at a time.
  package func digest() throws(InputError) -> SHA256Digest {
    switch elementType {
    case .float16, .bfloat16, .uint16: try digest(of: UInt16.self)
    case .float32: try digest(of: Float.self)
    case .float64: try digest(of: Double.self)
    case .int8: try digest(of: Int8.self)
    case .uint8: try digest(of: UInt8.self)
    case .int32: try digest(of: Int32.self)
    case .uint32: try digest(of: UInt32.self)
    case .int64: try digest(of: Int64.self)
    case .uint64: try digest(of: UInt64.self)
    }
  }

  private func digest<Value: HDF5Element>(of type: Value.Type) throws(InputError) -> SHA256Digest {
    var hash = SHA256()
    var values: [Value] = []
    let step = max(1, Self.pieceBytes / max(1, rowSize * elementType.size))
    for start in stride(from: 0, to: rowCount, by: step) {
      try read(rows: start..<min(start + step, rowCount), into: &values)
      hash.update(values)
    }
    return hash.finalize()
  }
}
