import Autodiff
import TestSupport

/// attention where rows see keys of zeros besides: as many as masks hide that scores are multiplied by (HASS), or others.
enum ZeroKeyAttentionRows {
  static var cases: [OperationCase] {
    [
      pass(0, batch: 1, length: 1, heads: 1, kvHeads: 1, headSize: 2),
      pass(0, batch: 1, length: 4, heads: 2, kvHeads: 1, headSize: 2),
      pass(0, batch: 2, length: 17, heads: 4, kvHeads: 2, headSize: 6, documents: [5, 1, 11]),
      pass(2, batch: 2, length: 9, heads: 2, kvHeads: 1, headSize: 4),
      pass(2, batch: 2, length: 9, heads: 4, kvHeads: 2, headSize: 6, documents: [1, 3, 5]),
      pass(3, batch: 1, length: 80, heads: 2, kvHeads: 1, headSize: 32),
      ranges("blocks of 7 with 0, 1 or 40", counts: [0, 1, 40], batch: 1, length: 130),
      ranges("far below zero", counts: [1, 0, 3], batch: 1, length: 20, keys: { -abs($0) - 4 }),
      ranges("far above zero", counts: [100, 0, 1], batch: 1, length: 20, keys: { abs($0) + 4 }),
    ]
  }

  /// A pass of HASS's, whose rows see as many keys of zeros as rows of their document come after them.
  private static func pass(
    _ pass: Int, batch: Int, length: Int, heads: Int, kvHeads: Int, headSize: Int, documents: [Int]? = nil
  ) -> OperationCase {
    let size = AttentionSize(
      batch: batch, length: length, keyLength: (pass + 1) * length, heads: heads, kvHeads: kvHeads,
      headSize: headSize)
    let firstKey = AttentionRows.firstKeys(batch: batch, length: length, documents: documents)
    let counts = (documents ?? [length]).flatMap { count in (0..<count).map { Int32(count - 1 - $0) } }
    let zeroKeys = (0..<batch).flatMap { _ in counts }
    let packing = documents.map { ", documents \($0)" } ?? ""
    guard pass > 0 else { return row("causal" + packing, [firstKey], zeroKeys, size) }
    let visible = VisibleKeys.unrolled(.diagonal, pass: pass, firstKey: firstKey, length: length)
    return row(
      "pass \(pass)" + packing, [visible.firstKey, visible.endKey, visible.extraKeys], zeroKeys, size)
  }

  /// Queries and keys that `keys` makes of normal numbers, so that scores may have one sign.
  private static func ranges(
    _ title: String, counts: [Int32], batch: Int, length: Int,
    keys: @escaping @Sendable (Float) -> Float = { $0 }
  ) -> OperationCase {
    let size = AttentionSize(batch: batch, length: length, heads: 3, kvHeads: 1, headSize: 4)
    let firstKey = AttentionRows.firstKeys(batch: batch, length: length, documents: nil)
    let visible = VisibleKeys.blocks(of: 7, firstKey: firstKey, length: length)
    let zeroKeys = firstKey.indices.map { counts[$0 % counts.count] }
    let hasSign = keys(1) != 1 || keys(-1) != -1
    return row(
      title, [visible.firstKey, visible.endKey], zeroKeys, size,
      queries: { hasSign ? abs($0) + 1 : $0 }, keys: keys)
  }

  private static func row(
    _ title: String, _ visible: [[Int32]], _ zeroKeys: [Int32], _ size: AttentionSize,
    queries: @escaping @Sendable (Float) -> Float = { $0 },
    keys: @escaping @Sendable (Float) -> Float = { $0 }
  ) -> OperationCase {
    let (rows, keyRows) = (size.batch * size.length, size.batch * size.keyLength)
    let width = visible.count > 2 ? visible[2].count / max(rows, 1) : 0
    let shapes: [Shape] = [[rows], [rows], [rows, width]]
    let (queryWidth, keyWidth) = (size.heads * size.headSize, size.kvHeads * size.headSize)
    return OperationCase(
      operation: "attention",
      title: "with zero keys, \(title), \(size.batch)×\(size.length), \(size.heads)/\(size.kvHeads) heads of "
        + "\(size.headSize)",
      leaves: [
        .init([rows, queryWidth], sample: { $0.normals($1).map(queries) }),
        .init([keyRows, keyWidth], sample: { $0.normals($1).map(keys) }), .init([keyRows, keyWidth]),
      ],
      integers: visible + [zeroKeys], terms: max(size.keyLength, size.headSize), cancellation: 1,
      integerShapes: shapes.prefix(visible.count) + [[rows]],
      build: { g, x, places, backend in
        g.attention(
          q: x[0], k: x[1], v: x[2], mask: AttentionMask(places: places, hasZeroKeys: true), size, on: backend
        )
      },
      twin: {
        AttentionTwin.masked(
          q: $0.leaves[0], k: $0.leaves[1], v: $0.leaves[2], mask: $0.integers.dropLast(),
          zeroKeys: $0.integers.last, size)
      })
  }
}
