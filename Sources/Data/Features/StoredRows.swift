/// Rows of one hidden state as they are stored, [n, width].
package enum StoredRows: Sendable, Equatable {
  case float32([Float])
  /// The bits of f16 or bf16.
  case half([UInt16])
  /// Each value is the byte times its row's scale; `scales` is [n].
  case int8([Int8], scales: [Float])

  /// Numbers stored, scales not counted.
  var count: Int {
    switch self {
    case .float32(let values): values.count
    case .half(let bits): bits.count
    case .int8(let bytes, _): bytes.count
    }
  }
}

/// A number that a storage cannot hold.
package struct UnstorableNumber: Error, Equatable {
  package let row: Int
  package let value: Float

  package init(row: Int, value: Float) { (self.row, self.value) = (row, value) }
}

extension FeatureStorage {
  /// Rounds rows to what is stored of them.
  ///
  /// f16 and bf16 take the nearest number, ties to even; int8 the nearest of 255 multiples of the row's largest magnitude
  /// / 127, so that the error of a row is at most that magnitude / 254. A row of zeros has the scale 0.
  ///
  /// - Parameter values: [n, width].
  /// - Throws: `UnstorableNumber` for what is not finite, or too large for f16.
  package func rows(of values: some RandomAccessCollection<Float>, width: Int) throws(UnstorableNumber)
    -> StoredRows
  {
    precondition(
      width > 0 && values.count.isMultiple(of: width), "\(values.count) numbers in rows of \(width)")
    let values = Array(values)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw UnstorableNumber(row: place / width, value: values[place])
    }
    switch self {
    case .float32: return .float32(values)
    case .float16:
      let bits = HalfPrecision.float16Bits(values)
      if let place = bits.firstIndex(where: { $0 & 0x7FFF >= 0x7C00 }) {
        throw UnstorableNumber(row: place / width, value: values[place])
      }
      return .half(bits)
    case .bfloat16:
      let bits = HalfPrecision.bfloat16Bits(values)
      if let place = bits.firstIndex(where: { $0 & 0x7FFF >= 0x7F80 }) {
        throw UnstorableNumber(row: place / width, value: values[place])
      }
      return .half(bits)
    case .int8: return Self.int8Rows(values, width)
    }
  }

  private static func int8Rows(_ values: [Float], _ width: Int) -> StoredRows {
    var bytes = [Int8](repeating: 0, count: values.count)
    var scales = [Float](repeating: 0, count: values.count / width)
    for row in scales.indices {
      var largest: Float = 0
      for place in row * width..<(row + 1) * width { largest = max(largest, abs(values[place])) }
      let scale = largest / 127
      // The quotient of a subnormal can be 0, or too coarse to bring the row back: such a row is zeros.
      guard scale >= .leastNormalMagnitude else { continue }
      scales[row] = scale
      for place in row * width..<(row + 1) * width {
        bytes[place] = Int8(max(-127, min(127, (values[place] / scale).rounded(.toNearestOrEven))))
      }
    }
    return .int8(bytes, scales: scales)
  }
}
