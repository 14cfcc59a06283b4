extension BlockQ8_0 {
  /// The nearest block: the scale is the largest magnitude over 127, ties of a quotient are rounded away from zero.
  ///
  /// Source: ggml's `quantize_row_q8_0`; the scale is rounded to half precision after the quotients are formed.
  init(_ values: Span<Float>) {
    precondition(values.count == Self.elementCount, "\(values.count) floats for a block")
    var largest: Float = 0
    for index in 0..<Self.elementCount { largest = max(largest, values[index].magnitude) }
    let d = largest / 127
    let inverse = d == 0 ? 0 : 1 / d
    scale = HalfPrecision.float16Bits(d)
    quants = InlineArray<32, Int8>(repeating: 0)
    for index in 0..<Self.elementCount {
      // The inverse of a tiny scale overflows; no quotient may leave the range all the same.
      quants[index] = Int8(min(max((values[index] * inverse).rounded(), -127), 127))
    }
  }

  /// The blocks of whole rows.
  static func blocks(of values: [Float]) -> [BlockQ8_0] {
    precondition(values.count % elementCount == 0, "\(values.count) floats are no whole blocks")
    let span = values.span
    return (0..<values.count / elementCount).map { block in
      BlockQ8_0(span.extracting(block * elementCount..<(block + 1) * elementCount))
    }
  }
}

/// What Q8_0 makes of numbers.
package enum Q8Rounding {
  /// `values`, whole blocks, as they come back from a file: NaN where a scale is beyond half precision.
  package static func rounded(_ values: [Float]) -> [Float] {
    var result = [Float](repeating: .nan, count: values.count)
    var span = result.mutableSpan
    for (index, block) in BlockQ8_0.blocks(of: values).enumerated() {
      block.dequantize(into: &span, at: index * BlockQ8_0.elementCount)
    }
    return result
  }
}
