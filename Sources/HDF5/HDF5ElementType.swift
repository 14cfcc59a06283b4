import CHDF5

/// The element types that Pacer writes and reads, all little-endian.
package enum HDF5ElementType: String, Sendable, CaseIterable {
  case float16, bfloat16, float32, float64, int8, uint8, uint16, int32, uint32, int64, uint64

  /// Bytes of one element.
  package var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .float16, .bfloat16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The library's type; bfloat16 is kept as its 16 bits, marked by the attribute `dtype`.
  func makeType() -> HDF5Handle {
    let id: hid_t =
      switch self {
      case .float16: pacer_h5_make_f16()
      case .bfloat16, .uint16: H5Tcopy(pacer_h5_u16())
      case .float32: H5Tcopy(pacer_h5_f32())
      case .float64: H5Tcopy(pacer_h5_f64())
      case .int8: H5Tcopy(pacer_h5_i8())
      case .uint8: H5Tcopy(pacer_h5_u8())
      case .int32: H5Tcopy(pacer_h5_i32())
      case .uint32: H5Tcopy(pacer_h5_u32())
      case .int64: H5Tcopy(pacer_h5_i64())
      case .uint64: H5Tcopy(pacer_h5_u64())
      }
    return HDF5Handle(id, .datatype)
  }

  /// The type that a file's type is, nil for one that Pacer does not know. Never answers bfloat16.
  static func matching(_ type: hid_t) -> HDF5ElementType? {
    for candidate in allCases where candidate != .bfloat16 {
      // Named, so that it lives until the call has returned.
      let known = candidate.makeType()
      if H5Tequal(type, known.id) > 0 { return candidate }
    }
    return nil
  }
}

/// A Swift type whose memory is that of an HDF5 element type.
package protocol HDF5Element: BitwiseCopyable, Sendable {
  /// The type that arrays of this are written as.
  static var elementType: HDF5ElementType { get }
  /// A value to fill new memory with.
  static var filler: Self { get }
}

extension HDF5Element where Self: FixedWidthInteger {
  package static var filler: Self { 0 }
}

extension Float: HDF5Element {
  package static var elementType: HDF5ElementType { .float32 }
  package static var filler: Float { .nan }
}
extension Double: HDF5Element {
  package static var elementType: HDF5ElementType { .float64 }
  package static var filler: Double { .nan }
}
extension Int8: HDF5Element { package static var elementType: HDF5ElementType { .int8 } }
extension UInt8: HDF5Element { package static var elementType: HDF5ElementType { .uint8 } }
extension UInt16: HDF5Element { package static var elementType: HDF5ElementType { .uint16 } }
extension Int32: HDF5Element { package static var elementType: HDF5ElementType { .int32 } }
extension UInt32: HDF5Element { package static var elementType: HDF5ElementType { .uint32 } }
extension Int64: HDF5Element { package static var elementType: HDF5ElementType { .int64 } }
extension UInt64: HDF5Element { package static var elementType: HDF5ElementType { .uint64 } }
