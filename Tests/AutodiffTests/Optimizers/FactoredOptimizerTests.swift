import Autodiff
import Testing

/// The kernels of Adafactor against sums written out in double precision, at sizes that take several tasks.
@Suite struct FactoredOptimizerTests {
  private static let clip: Float = 0.5
  private static let weight: Float = 0.25
  private static let epsilon: Float = 1e-3
  private static let retention: Float = 0.99
  private static let rate: Float = 0.1

  private let backend = CPUBackend(threads: 2)

  private func slot(_ values: [Float]) -> Slot {
    let region = backend.makeRegion(label: "test")
    backend.reserve(region, count: values.count)
    let slot = Slot(region: region, offset: 0, count: values.count)
    backend.write(values, to: slot)
    return slot
  }

  private func pattern(_ count: Int, _ step: Int) -> [Float] {
    (0..<count).map { Float(($0 * step + step) % 1999 - 999) / 500 }
  }

  /// Relative to the larger of both; a sum over n float32 inputs in double precision rounds once at its end.
  private func expectClose(_ found: [Float], _ expected: [Double], _ what: String) {
    #expect(found.count == expected.count)
    for (index, (value, wanted)) in zip(found, expected).enumerated() {
      let limit = 8 * 0x1p-24 * max(abs(wanted), 0.1)
      guard abs(Double(value) - wanted) > limit else { continue }
      Issue.record("\(what) at \(index): \(value), expected \(wanted)")
      return
    }
  }

  private func moved(_ old: Float, towards mean: Double) -> Double {
    Double(old) + Double(Self.weight) * (mean - Double(old))
  }

  @Test(
    "Factored moments and their update agree with their definition",
    arguments: [(1, 1), (3, 700), (700, 3), (257, 513), (1, 40_000), (40_000, 1)])
  func factored(rows: Int, columns: Int) {
    let g = pattern(rows * columns, 7)
    let p = pattern(rows * columns, 13)
    let oldRows = (0..<rows).map { Float($0 % 5 + 1) / 4 }
    let oldColumns = (0..<columns).map { Float($0 % 7 + 1) / 4 }
    var rowSums = [Double](repeating: 0, count: rows)
    var columnSums = [Double](repeating: 0, count: columns)
    let clipped = g.map { Double(Self.clip) * Double($0) }
    for r in 0..<rows {
      for c in 0..<columns {
        let square = clipped[r * columns + c] * clipped[r * columns + c]
        rowSums[r] += square
        columnSums[c] += square
      }
    }
    let newRows = zip(oldRows, rowSums).map { moved($0, towards: $1 / Double(columns)) }
    let newColumns = zip(oldColumns, columnSums).map { moved($0, towards: $1 / Double(rows)) }
    let mean = newRows.reduce(0, +) / Double(rows)
    let update = clipped.indices.map { i in
      clipped[i] / (newRows[i / columns] * newColumns[i % columns] / mean).squareRoot()
    }
    let (rowSlot, columnSlot) = (slot(oldRows), slot(oldColumns))
    check(.factored(rows: rowSlot, columns: columnSlot), g: g, p: p, update: update)
    expectClose(backend.read(rowSlot), newRows, "rows")
    expectClose(backend.read(columnSlot), newColumns, "columns")
  }

  @Test("Full moments and their update agree with their definition", arguments: [1, 15, 16_385, 70_001])
  func full(count: Int) {
    let g = pattern(count, 7)
    let p = pattern(count, 13)
    // Some moments stay so small that the floor epsilon² counts.
    let old = (0..<count).map { $0 % 4 == 0 ? Float(0) : Float($0 % 5 + 1) / 4 }
    let clipped = g.map { Double(Self.clip) * Double($0) }
    let moments = zip(old, clipped).map { moved($0, towards: $1 * $1) }
    let floor = Double(Self.epsilon) * Double(Self.epsilon)
    let update = zip(clipped, moments).map { $0 / max($1, floor).squareRoot() }
    let moment = slot(old)
    check(.full(moment), g: g, p: p, update: update)
    expectClose(backend.read(moment), moments, "moments")
  }

  private func check(_ moment: SecondMoment, g: [Float], p: [Float], update: [Double]) {
    let (gradient, value) = (slot(g), slot(p))
    backend.updateSecondMoment(moment, gradient, clip: Self.clip, weight: Self.weight)
    let squares = backend.adafactorSumOfSquares(
      gradient, moment, clip: Self.clip, epsilon: Self.epsilon)
    let expected = update.reduce(0) { $0 + $1 * $1 }
    #expect(abs(squares - expected) <= 1e-6 * expected)
    backend.adafactor(
      value, gradient, moment, clip: Self.clip, epsilon: Self.epsilon, retention: Self.retention,
      rate: Self.rate)
    expectClose(
      backend.read(value),
      zip(p, update).map { Double(Self.retention) * Double($0) - Double(Self.rate) * $1 }, "weights")
  }
}
