/// The few parts of protocol buffer encoding that an event file needs.
///
/// Source: protobuf.dev, "Encoding": a field is its number and wire type as a varint, then its value.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  mutating func append(field: Int, double value: Double) {
    appendVarint(UInt64(field) << 3 | 1)
    append(littleEndian: value.bitPattern)
  }

  mutating func append(field: Int, float value: Float) {
    appendVarint(UInt64(field) << 3 | 5)
    append(littleEndian: value.bitPattern)
  }

  mutating func append(field: Int, integer value: Int) {
    appendVarint(UInt64(field) << 3)
    appendVarint(UInt64(bitPattern: Int64(value)))
  }

  mutating func append(field: Int, bytes value: [UInt8]) {
    appendVarint(UInt64(field) << 3 | 2)
    appendVarint(UInt64(value.count))
    bytes += value
  }

  mutating func append(field: Int, text: String) { append(field: field, bytes: Array(text.utf8)) }

  mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
    for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> Value(shift)))
    }
  }

  private mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
