import Autodiff
import Foundation

/// rope.
enum RoPERows {
  static var cases: [OperationCase] {
    [
      rope(rows: 0, heads: 2, headSize: 4), rope(rows: 1, heads: 1, headSize: 2),
      rope(rows: 3, heads: 2, headSize: 4), rope(rows: 3, heads: 3, headSize: 6),
      rope(rows: 5, heads: 1, headSize: 8), rope(rows: 130, heads: 9, headSize: 64),
    ]
  }

  /// Positions jump about, repeat and go down, as those of packed and cached rows do.
  static func rope(rows: Int, heads: Int, headSize: Int) -> OperationCase {
    let (half, positionCount) = (headSize / 2, 17)
    let positions = (0..<rows).map { Int32($0 * 5 % positionCount) }
    let table: Shape = [positionCount, half]
    let angles = (0..<positionCount * half).map {
      Double($0 / half) * pow(100, -2 * Double($0 % half) / Double(headSize))
    }
    return OperationCase(
      operation: "rope", title: "\(rows) rows, \(heads) heads of \(headSize)",
      leaves: [
        .init([rows, heads * headSize]),
        .init(table, isLearned: false, sample: { _, _ in angles.map { Float(cos($0)) } }),
        .init(table, isLearned: false, sample: { _, _ in angles.map { Float(sin($0)) } }),
      ], integers: [positions], terms: 2,
      build: { g, x, positions, _ in
        g.rope(x[0], positions: positions[0], cosine: x[1], sine: x[2], headSize: headSize)
      },
      twin: {
        rotated(
          $0.leaves[0], positions: $0.integers[0], cosine: $0.leaves[1], sine: $0.leaves[2],
          headSize: headSize, columns: heads * headSize)
      })
  }

  /// x: [n, columns], cosine, sine: [positions, headSize/2].
  static func rotated(
    _ x: [Double], positions: [Int32], cosine: [Double], sine: [Double], headSize: Int, columns: Int
  ) -> [Double] {
    let half = headSize / 2
    return x.indices.map { i in
      let (row, inHead) = (i / columns, i % columns % headSize)
      let angle = Int(positions[row]) * half + inHead % half
      return inHead < half
        ? x[i] * cosine[angle] - x[i + half] * sine[angle]
        : x[i] * cosine[angle] + x[i - half] * sine[angle]
    }
  }
}
