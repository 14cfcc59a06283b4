/// Conversions between 32-bit floats and the two 16-bit formats, exact one way and rounded to nearest, ties to
/// even, the other. Independent of the processor's denormal mode.
package enum HalfPrecision {
  /// `out[start + i] = float(bits[i])`, for IEEE half precision.
  package static func floats(
    fromFloat16 bits: Span<UInt16>, into out: inout MutableSpan<Float>, at start: Int = 0
  ) {
    precondition(
      start >= 0 && start + bits.count <= out.count, "\(bits.count) halves for \(out.count) floats")
    for index in 0..<bits.count { out[start + index] = float(fromFloat16: bits[index]) }
  }

  /// `out[start + i] = float(bits[i])`, for bfloat16.
  package static func floats(
    fromBFloat16 bits: Span<UInt16>, into out: inout MutableSpan<Float>, at start: Int = 0
  ) {
    precondition(
      start >= 0 && start + bits.count <= out.count, "\(bits.count) halves for \(out.count) floats")
    for index in 0..<bits.count { out[start + index] = float(fromBFloat16: bits[index]) }
  }

  /// The float that these bits mean in IEEE half precision.
  @inline(__always)
  package static func float(fromFloat16 bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF) << 13
    // Exponent 31 means infinity or NaN, exponent 0 a subnormal: its value is found by a subtraction of normals.
    let normal = magnitude &+ (112 << 23)
    let special = magnitude &+ (224 << 23)
    let tiny = (Float(bitPattern: magnitude &+ (113 << 23)) - 0x1p-14).bitPattern
    let value = magnitude >= 0x0F80_0000 ? special : magnitude < 0x0080_0000 ? tiny : normal
    return Float(bitPattern: sign | value)
  }

  /// The float that these bits mean in bfloat16.
  @inline(__always)
  package static func float(fromBFloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// The nearest IEEE half; too large becomes infinity, NaN stays NaN.
  @inline(__always)
  package static func float16Bits(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = value.bitPattern & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
    // 65520 is the tie between the largest half and what would follow it.
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {
      // Below 2^-14: adding 0.5 leaves the value in units of 2^-24 in the low bits, rounded by the addition.
      let shifted = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(truncatingIfNeeded: shifted.bitPattern &- 0x3F00_0000)
    }
    let rounded = magnitude &+ 0x0FFF &+ ((magnitude >> 13) & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded &- (112 << 23)) >> 13)
  }

  /// The nearest bfloat16; NaN stays NaN.
  @inline(__always)
  package static func bfloat16Bits(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x0040 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
  }

  /// The bits of an array of floats as IEEE halves.
  package static func float16Bits(_ values: [Float]) -> [UInt16] { values.map { float16Bits($0) } }

  /// The bits of an array of floats as bfloat16.
  package static func bfloat16Bits(_ values: [Float]) -> [UInt16] { values.map { bfloat16Bits($0) } }
}
