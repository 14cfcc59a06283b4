import DraftData
import Testing

@Suite struct HalfPrecisionTests {
  @Test func everyHalfBecomesItsFloatAndComesBack() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let value = HalfPrecision.float(fromFloat16: bits)
      if expected.isNaN {
        #expect(value.isNaN && HalfPrecision.float16Bits(value) & 0x7FFF > 0x7C00)
      } else {
        #expect(value.bitPattern == expected.bitPattern)
        #expect(HalfPrecision.float16Bits(value) == bits)
      }
    }
  }

  @Test func floatsRoundToTheNearestHalfTiesToEven() {
    var bits: UInt32 = 0
    for _ in 0..<200_000 {
      bits = bits &* 1_664_525 &+ 1_013_904_223
      let value = Float(bitPattern: bits)
      if value.isNaN { continue }
      #expect(HalfPrecision.float16Bits(value) == Float16(value).bitPattern, "bits \(bits)")
    }
    for half in UInt16(0)..<0x7C00 {
      let low = HalfPrecision.float(fromFloat16: half)
      let high = half == 0x7BFF ? 65536 : HalfPrecision.float(fromFloat16: half + 1)
      let tie = (low + high) / 2
      for value in [tie, tie.nextDown, tie.nextUp] {
        #expect(HalfPrecision.float16Bits(value) == Float16(value).bitPattern, "value \(value)")
      }
    }
  }

  @Test func everyBFloat16BecomesItsFloatAndComesBack() {
    for bits in UInt16.min...UInt16.max {
      let value = HalfPrecision.float(fromBFloat16: bits)
      #expect(value.isNaN || HalfPrecision.bfloat16Bits(value) == bits)
      #expect(!value.isNaN || HalfPrecision.float(fromBFloat16: HalfPrecision.bfloat16Bits(value)).isNaN)
    }
  }

  @Test func floatsRoundToTheNearestBFloat16TiesToEven() {
    let cases: [(UInt32, UInt16)] = [
      (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81), (0x3F80_7FFF, 0x3F80),
      (0x7F7F_FFFF, 0x7F80), (0xFF7F_FFFF, 0xFF80), (0x7F80_0001, 0x7FC0), (0x0000_8000, 0x0000),
    ]
    for (value, bits) in cases { #expect(HalfPrecision.bfloat16Bits(Float(bitPattern: value)) == bits) }
  }
}
