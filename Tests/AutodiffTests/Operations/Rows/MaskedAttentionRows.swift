import Autodiff

/// attention with blocks, draft trees and the passes of unrolled drafters.
enum MaskedAttentionRows {
  static var cases: [OperationCase] { blocks + trees + passes }

  private static var blocks: [OperationCase] {
    [
      block(of: 4, batch: 2, length: 0, heads: 2, kvHeads: 1, headSize: 4),
      block(of: 3, batch: 1, length: 1, heads: 1, kvHeads: 1, headSize: 2),
      block(of: 2, batch: 1, length: 3, heads: 2, kvHeads: 1, headSize: 4),
      block(of: 4, batch: 2, length: 17, heads: 4, kvHeads: 2, headSize: 6, documents: [5, 1, 11]),
      block(of: 16, batch: 1, length: 130, heads: 3, kvHeads: 1, headSize: 8, documents: [70, 60]),
      block(of: 7, batch: 2, length: 65, heads: 6, kvHeads: 2, headSize: 4),
      block(of: 200, batch: 1, length: 130, heads: 2, kvHeads: 2, headSize: 20, documents: [3, 100, 27]),
    ]
  }

  private static var trees: [OperationCase] {
    let siblings: [Int32] = [-1, 0, 0, 1]
    let branching = (0..<37).map { (row: Int32) -> Int32 in row < 9 ? -1 : row < 12 ? 8 : 9 + (row - 12) / 3 }
    let scattered = (0..<150).map { (row: Int32) -> Int32 in row < 90 ? -1 : row % 5 == 0 ? row % 90 : row - 2
    }
    let between = (0..<66).map { (row: Int32) -> Int32 in row % 3 == 0 ? -1 : max(0, row / 3 * 3 - row % 2) }
    return [
      tree("siblings", [], batch: 2, heads: 2, kvHeads: 1, headSize: 4),
      tree("siblings", siblings, batch: 1, heads: 2, kvHeads: 1, headSize: 2),
      tree("without nodes", [-1, -1, -1], batch: 2, heads: 1, kvHeads: 1, headSize: 4),
      tree("branching", branching, batch: 2, heads: 6, kvHeads: 2, headSize: 6),
      tree("scattered", scattered, batch: 1, heads: 2, kvHeads: 1, headSize: 64, documents: [50, 100]),
      tree("between text", between, batch: 1, heads: 3, kvHeads: 3, headSize: 10),
      tree("of one long path", (0..<75).map { $0 - 1 }, batch: 1, heads: 2, kvHeads: 2, headSize: 4),
    ]
  }

  private static var passes: [OperationCase] {
    [
      pass(2, .sameRow, batch: 1, length: 1, heads: 1, kvHeads: 1, headSize: 2),
      pass(0, .sameRow, batch: 2, length: 5, heads: 2, kvHeads: 1, headSize: 4),
      pass(3, .sameRow, batch: 2, length: 35, heads: 4, kvHeads: 2, headSize: 6, documents: [20, 15]),
      pass(2, .diagonal, batch: 2, length: 9, heads: 2, kvHeads: 1, headSize: 4, documents: [1, 3, 5]),
      pass(6, .diagonal, batch: 1, length: 80, heads: 2, kvHeads: 1, headSize: 32),
    ]
  }

  private static func block(
    of rows: Int, batch: Int, length: Int, heads: Int, kvHeads: Int, headSize: Int, documents: [Int]? = nil
  ) -> OperationCase {
    let size = AttentionSize(
      batch: batch, length: length, heads: heads, kvHeads: kvHeads, headSize: headSize)
    let firstKey = AttentionRows.firstKeys(batch: batch, length: length, documents: documents)
    let visible = VisibleKeys.blocks(of: rows, firstKey: firstKey, length: length)
    return masked(
      "blocks of \(rows)", [visible.firstKey, visible.endKey], size, documents)
  }

  private static func tree(
    _ title: String, _ parents: [Int32], batch: Int, heads: Int, kvHeads: Int, headSize: Int,
    documents: [Int]? = nil
  ) -> OperationCase {
    let size = AttentionSize(
      batch: batch, length: parents.count, heads: heads, kvHeads: kvHeads, headSize: headSize)
    let firstKey = AttentionRows.firstKeys(batch: batch, length: parents.count, documents: documents)
    let visible = VisibleKeys.trees(
      parents: (0..<batch).flatMap { _ in parents }, firstKey: firstKey, length: parents.count)
    return masked("tree \(title)", numbers(visible), size, documents)
  }

  private static func pass(
    _ pass: Int, _ unrolling: VisibleKeys.Unrolling, batch: Int, length: Int, heads: Int, kvHeads: Int,
    headSize: Int, documents: [Int]? = nil
  ) -> OperationCase {
    let size = AttentionSize(
      batch: batch, length: length, keyLength: (pass + 1) * length, heads: heads, kvHeads: kvHeads,
      headSize: headSize)
    let firstKey = AttentionRows.firstKeys(batch: batch, length: length, documents: documents)
    let visible = VisibleKeys.unrolled(unrolling, pass: pass, firstKey: firstKey, length: length)
    return masked("\(unrolling) pass \(pass)", numbers(visible), size, documents)
  }

  private static func numbers(_ visible: VisibleKeys) -> [[Int32]] {
    [visible.firstKey, visible.endKey, visible.extraKeys]
  }

  private static func masked(
    _ title: String, _ numbers: [[Int32]], _ size: AttentionSize, _ documents: [Int]?
  ) -> OperationCase {
    let (rows, keys) = (size.batch * size.length, size.batch * size.keyLength)
    let packing = documents.map { ", documents \($0)" } ?? ""
    let width = numbers.count > 2 ? numbers[2].count / max(rows, 1) : 0
    return OperationCase(
      operation: "attention",
      title: "\(title), \(size.batch)×\(size.length), \(size.heads)/\(size.kvHeads) heads of \(size.headSize)"
        + packing,
      leaves: [
        .init([rows, size.heads * size.headSize]), .init([keys, size.kvHeads * size.headSize]),
        .init([keys, size.kvHeads * size.headSize]),
      ],
      integers: numbers, terms: max(size.keyLength, size.headSize), cancellation: 1,
      integerShapes: Array([[rows], [rows], [rows, width]].prefix(numbers.count)),
      build: { g, x, places, backend in
        let mask: AttentionMask<Tensor> =
          places.count == 2
          ? .ranges(firstKey: places[0], endKey: places[1])
          : .rangesAndExtraKeys(firstKey: places[0], endKey: places[1], extraKeys: places[2])
        return g.attention(q: x[0], k: x[1], v: x[2], mask: mask, size, on: backend)
      },
      twin: {
        AttentionTwin.masked(q: $0.leaves[0], k: $0.leaves[1], v: $0.leaves[2], mask: $0.integers, size)
      })
  }
}
