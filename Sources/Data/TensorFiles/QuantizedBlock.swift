/// A few weights that share a scale, as they lie in a GGUF file, little-endian and without padding.
///
/// Source: the block structures of ggml (`ggml-common.h`) and what its `dequantize_row_*` say that they mean.
protocol QuantizedBlock: BitwiseCopyable {
  static var elementCount: Int { get }
  /// Writes the `elementCount` floats that the block means to `out` from `start` on.
  func dequantize(into out: inout MutableSpan<Float>, at start: Int)
}

/// 32 weights: `d * (q - 8)` with q of four bits; the first half in the low ones.
struct BlockQ4_0: QuantizedBlock {
  static let elementCount = 32
  var scale: UInt16
  var quants: InlineArray<16, UInt8>

  @inline(__always)
  func dequantize(into out: inout MutableSpan<Float>, at start: Int) {
    let d = HalfPrecision.float(fromFloat16: scale)
    var values = InlineArray<32, Float>(repeating: 0)
    for index in 0..<16 {
      values[index] = Float(Int32(quants[index] & 15) &- 8) * d
      values[index &+ 16] = Float(Int32(quants[index] >> 4) &- 8) * d
    }
    out.store(values, at: start)
  }
}

/// 32 weights: `d * q` with q of eight bits.
struct BlockQ8_0: QuantizedBlock {
  static let elementCount = 32
  var scale: UInt16
  var quants: InlineArray<32, Int8>

  @inline(__always)
  func dequantize(into out: inout MutableSpan<Float>, at start: Int) {
    let d = HalfPrecision.float(fromFloat16: scale)
    var values = InlineArray<32, Float>(repeating: 0)
    for index in 0..<32 { values[index] = Float(quants[index]) * d }
    out.store(values, at: start)
  }
}

/// 256 weights in 8 groups of 32: `d * scale * q - dmin * minimum` with q of four bits, the scale and the minimum of
/// a group of six.
struct BlockQ4_K: QuantizedBlock {
  static let elementCount = 256
  var scale: UInt16
  var minimumScale: UInt16
  /// Four groups have six bits in one byte each; of the other four, four bits lie in the last bytes and two above
  /// the six of the first.
  var packedScales: InlineArray<12, UInt8>
  var quants: InlineArray<128, UInt8>

  @inline(__always)
  func dequantize(into out: inout MutableSpan<Float>, at start: Int) {
    let d = HalfPrecision.float(fromFloat16: scale)
    let dmin = HalfPrecision.float(fromFloat16: minimumScale)
    for pair in 0..<4 {
      let (low, high) = (group(2 &* pair), group(2 &* pair &+ 1))
      let (lowScale, lowMinimum) = (d * low.scale, dmin * low.minimum)
      let (highScale, highMinimum) = (d * high.scale, dmin * high.minimum)
      var values = InlineArray<64, Float>(repeating: 0)
      for index in 0..<32 {
        let quant = quants[32 &* pair &+ index]
        values[index] = lowScale * Float(quant & 15) - lowMinimum
        values[index &+ 32] = highScale * Float(quant >> 4) - highMinimum
      }
      out.store(values, at: start &+ 64 &* pair)
    }
  }

  @inline(__always)
  private func group(_ index: Int) -> (scale: Float, minimum: Float) {
    if index < 4 { return (Float(packedScales[index] & 63), Float(packedScales[index &+ 4] & 63)) }
    let rest = packedScales[index &+ 4]
    let scale = (rest & 15) | ((packedScales[index &- 4] >> 6) << 4)
    let minimum = (rest >> 4) | ((packedScales[index] >> 6) << 4)
    return (Float(scale), Float(minimum))
  }
}

/// 256 weights in 16 groups of 16: `d * scale * (q - 32)` with q of six bits, four of them in `low`, two in `high`.
struct BlockQ6_K: QuantizedBlock {
  static let elementCount = 256
  var low: InlineArray<128, UInt8>
  var high: InlineArray<64, UInt8>
  var scales: InlineArray<16, Int8>
  var scale: UInt16

  @inline(__always)
  func dequantize(into out: inout MutableSpan<Float>, at start: Int) {
    let d = HalfPrecision.float(fromFloat16: scale)
    for half in 0..<2 {
      var values = InlineArray<128, Float>(repeating: 0)
      for group in 0..<2 {
        let first = 8 &* half &+ group
        let (scale0, scale1) = (d * Float(scales[first]), d * Float(scales[first &+ 2]))
        let (scale2, scale3) = (d * Float(scales[first &+ 4]), d * Float(scales[first &+ 6]))
        for place in 0..<16 {
          let index = 16 &* group &+ place
          let (one, two) = (low[64 &* half &+ index], low[64 &* half &+ index &+ 32])
          let top = high[32 &* half &+ index]
          values[index] = scale0 * Self.signed((one & 15) | (top & 3) << 4)
          values[index &+ 32] = scale1 * Self.signed((two & 15) | (top >> 2 & 3) << 4)
          values[index &+ 64] = scale2 * Self.signed((one >> 4) | (top >> 4 & 3) << 4)
          values[index &+ 96] = scale3 * Self.signed((two >> 4) | (top >> 6) << 4)
        }
      }
      out.store(values, at: start &+ 128 &* half)
    }
  }

  @inline(__always)
  private static func signed(_ quant: UInt8) -> Float { Float(Int32(quant) &- 32) }
}

extension MutableSpan<Float> {
  /// Copies `values` to `start` and onwards; a fixed count lets the compiler do it with a few wide stores.
  @inline(__always)
  fileprivate mutating func store<let count: Int>(_ values: InlineArray<count, Float>, at start: Int) {
    precondition(start >= 0 && start <= self.count - count, "\(count) floats at \(start) of \(self.count)")
    for index in 0..<count { self[start &+ index] = values[index] }
  }
}
