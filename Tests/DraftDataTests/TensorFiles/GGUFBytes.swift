import DraftData

/// The bytes of a GGUF file, put together by hand so that any of them can be wrong.
struct GGUFBytes {
  var magic = Array("GGUF".utf8)
  var version: UInt32 = 3
  /// What the header says; nil for what is true.
  var tensorCount: UInt64?
  var keyCount: UInt64?
  /// Encoded keys and tensors.
  var keys: [[UInt8]] = []
  var tensors: [[UInt8]] = []
  var alignment = 32
  var data: [UInt8] = []

  var bytes: [UInt8] {
    var bytes = magic + Self.integer(version)
    bytes += Self.integer(tensorCount ?? UInt64(tensors.count)) + Self.integer(keyCount ?? UInt64(keys.count))
    bytes += keys.joined()
    bytes += tensors.joined()
    if !tensors.isEmpty { while bytes.count % alignment != 0 { bytes.append(0) } }
    return bytes + data
  }

  static func integer<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value(8 * $0)) }
  }

  static func string(_ text: String) -> [UInt8] { integer(UInt64(text.utf8.count)) + Array(text.utf8) }

  static func key(_ name: String, _ type: UInt32, _ value: [UInt8]) -> [UInt8] {
    string(name) + integer(type) + value
  }

  static func array(_ name: String, of type: UInt32, count: UInt64, _ elements: [UInt8]) -> [UInt8] {
    key(name, 9, integer(type) + integer(count) + elements)
  }

  /// `extents` as in the file: the fastest first.
  static func tensor(
    _ name: String, _ extents: [UInt64], _ type: UInt32 = 0, at offset: UInt64 = 0, extentCount: UInt32? = nil
  ) -> [UInt8] {
    string(name) + integer(extentCount ?? UInt32(extents.count)) + extents.flatMap { integer($0) }
      + integer(type)
      + integer(offset)
  }
}
