import DraftData
import TestSupport
import Testing

@Suite("Rows of hidden states, rounded")
struct StoredRowsTests {
  private func int8(_ values: [Float], width: Int) throws -> (bytes: [Int8], scales: [Float]) {
    guard case .int8(let bytes, let scales) = try FeatureStorage.int8.rows(of: values, width: width) else {
      throw UnstorableNumber(row: 0, value: 0)
    }
    return (bytes, scales)
  }

  @Test("int8 has steps of the row's largest magnitude / 127, and an error of half a step")
  func int8Steps() throws {
    var numbers = TestNumbers("int8 rows")
    let values = numbers.normals(40 * 64)
    let (bytes, scales) = try int8(values, width: 64)
    #expect(bytes.count == values.count && scales.count == 40)
    for row in 0..<40 {
      let part = values[row * 64..<(row + 1) * 64]
      let largest = part.map(abs).max() ?? 0
      #expect(scales[row] == largest / 127)
      #expect(bytes[row * 64..<(row + 1) * 64].contains { abs(Int($0)) == 127 })
      for (byte, value) in zip(bytes[row * 64..<(row + 1) * 64], part) {
        #expect(abs(Float(byte) * scales[row] - value) <= largest / 254 * 1.0001)
      }
    }
  }

  @Test("a row of zeros has the scale 0, and rows beside it keep theirs")
  func zeroRows() throws {
    let (bytes, scales) = try int8([1, -2, 0, 0, 0, -0.0, 5, 127, 1], width: 3)
    #expect(scales == [Float(2) / 127, 0, 1])
    #expect(bytes == [64, -127, 0, 0, 0, 0, 5, 127, 1])
  }

  @Test("one huge number makes its own row coarse, and no other")
  func outlier() throws {
    let ordinary: [Float] = [0.5, -0.25, 0.125, 1]
    let (bytes, scales) = try int8([3000, -0.25, 0.125, 1] + ordinary, width: 4)
    #expect(Array(bytes[0..<4]) == [127, 0, 0, 0])
    for (byte, value) in zip(bytes[4...], ordinary) {
      #expect(abs(Float(byte) * scales[1] - value) <= 1 / 254)
    }
    // The largest float there is, and rows too small to have steps at all.
    let extreme = try int8([.greatestFiniteMagnitude, -.greatestFiniteMagnitude], width: 2)
    #expect(extreme.bytes == [127, -127] && extreme.scales[0].isFinite)
    let tiny = try int8([.leastNonzeroMagnitude, -.leastNormalMagnitude], width: 2)
    #expect(tiny.bytes == [0, 0] && tiny.scales == [0])
  }

  @Test("f16 and bf16 take the nearest number")
  func halves() throws {
    guard case .half(let bits) = try FeatureStorage.float16.rows(of: [1, -2.5, 65504], width: 3),
      case .half(let upper) = try FeatureStorage.bfloat16.rows(of: [1, -2.5, 70_000], width: 3)
    else { return #expect(Bool(false)) }
    #expect(bits.map { HalfPrecision.float(fromFloat16: $0) } == [1, -2.5, 65504])
    #expect(upper.map { HalfPrecision.float(fromBFloat16: $0) } == [1, -2.5, 70_144])
  }

  @Test("what cannot be stored is named by its row", arguments: FeatureStorage.allCases)
  func unstorable(_ storage: FeatureStorage) {
    for value in [Float.nan, .infinity] {
      let error = #expect(throws: UnstorableNumber.self) { try storage.rows(of: [1, 2, 3, value], width: 2) }
      #expect(error?.row == 1)
    }
    let large: [Float] = [1, 2, 3, 4, -70_000, 0]
    if storage == .float16 {
      let error = #expect(throws: UnstorableNumber.self) { try storage.rows(of: large, width: 2) }
      #expect(error == UnstorableNumber(row: 2, value: -70_000))
    } else {
      #expect(throws: Never.self) { try storage.rows(of: large, width: 2) }
    }
  }
}
