import Autodiff
import TestSupport

/// attention: head sizes, grouped heads, lengths around tile sizes, and packed documents.
enum AttentionRows {
  static var cases: [OperationCase] {
    [
      attention(batch: 0, length: 3, heads: 2, kvHeads: 1, headSize: 4),
      attention(batch: 2, length: 0, heads: 2, kvHeads: 1, headSize: 4),
      attention(batch: 1, length: 1, heads: 1, kvHeads: 1, headSize: 2),
      attention(batch: 3, length: 1, heads: 2, kvHeads: 1, headSize: 2),
      attention(batch: 1, length: 3, heads: 2, kvHeads: 1, headSize: 2),
      attention(batch: 1, length: 3, heads: 1, kvHeads: 1, headSize: 4, documents: [1, 2]),
      attention(batch: 2, length: 3, heads: 1, kvHeads: 1, headSize: 2, documents: [2, 1]),
      attention(batch: 1, length: 3, heads: 1, kvHeads: 1, headSize: 6, scale: 1.5),
      attention(batch: 1, length: 17, heads: 3, kvHeads: 3, headSize: 6, documents: [5, 1, 11]),
      attention(batch: 2, length: 17, heads: 4, kvHeads: 2, headSize: 8),
      attention(batch: 1, length: 65, heads: 2, kvHeads: 1, headSize: 64, documents: [64, 1]),
      attention(batch: 2, length: 65, heads: 6, kvHeads: 2, headSize: 4, documents: [3, 30, 32]),
      attention(batch: 1, length: 130, heads: 4, kvHeads: 2, headSize: 8, documents: [70, 60]),
      attention(batch: 2, length: 130, heads: 2, kvHeads: 2, headSize: 64),
      attention(batch: 1, length: 130, heads: 3, kvHeads: 1, headSize: 2, documents: [1, 1, 127, 1]),
      selfAttention(length: 5, headSize: 4), large(length: 17, headSize: 8),
    ]
  }

  /// First keys of documents of the given lengths, the same in each sequence of a batch.
  static func firstKeys(batch: Int, length: Int, documents: [Int]?) -> [Int32] {
    guard let documents else { return [Int32](repeating: 0, count: batch * length) }
    precondition(documents.reduce(0, +) == length, "documents must fill a sequence")
    var start = 0
    let one = documents.flatMap { count -> [Int32] in
      defer { start += count }
      return [Int32](repeating: Int32(start), count: count)
    }
    return (0..<batch).flatMap { _ in one }
  }

  static func attention(
    batch: Int, length: Int, heads: Int, kvHeads: Int, headSize: Int, documents: [Int]? = nil,
    scale: Float? = nil, deviation: Double = 1, title: String? = nil
  ) -> OperationCase {
    let size = AttentionSize(
      batch: batch, length: length, heads: heads, kvHeads: kvHeads, headSize: headSize, scale: scale)
    let rows = batch * length
    let packing = documents.map { ", documents \($0)" } ?? ""
    let sample: @Sendable (inout TestNumbers, Int) -> [Float] = { $0.normals($1, deviation: deviation) }
    return OperationCase(
      operation: "attention",
      title: title ?? "\(batch)×\(length), \(heads)/\(kvHeads) heads of \(headSize)\(packing)",
      leaves: [
        .init([rows, heads * headSize], sample: sample), .init([rows, kvHeads * headSize], sample: sample),
        .init([rows, kvHeads * headSize]),
      ],
      integers: [firstKeys(batch: batch, length: length, documents: documents)],
      terms: max(length, headSize), cancellation: 1,
      build: { g, x, firstKey, backend in
        g.attention(q: x[0], k: x[1], v: x[2], firstKey: firstKey[0], size, on: backend)
      },
      twin: {
        AttentionTwin.packed(
          q: $0.leaves[0], k: $0.leaves[1], v: $0.leaves[2], firstKey: $0.integers[0], size)
      })
  }

  /// Scores in the hundreds: probabilities are nearly one-hot, and exp must not overflow.
  static func large(length: Int, headSize: Int) -> OperationCase {
    attention(
      batch: 1, length: length, heads: 1, kvHeads: 1, headSize: headSize, deviation: 6,
      title: "large scores, length \(length)")
  }

  /// One tensor as query, key and value: three gradients go to one place.
  static func selfAttention(length: Int, headSize: Int) -> OperationCase {
    let size = AttentionSize(batch: 1, length: length, heads: 1, kvHeads: 1, headSize: headSize)
    return OperationCase(
      operation: "attention", title: "x, x, x", leaves: [.init([length, headSize])],
      integers: [firstKeys(batch: 1, length: length, documents: nil)], terms: max(length, headSize),
      cancellation: 1,
      build: { g, x, firstKey, backend in
        g.attention(q: x[0], k: x[0], v: x[0], firstKey: firstKey[0], size, on: backend)
      },
      twin: {
        AttentionTwin.packed(
          q: $0.leaves[0], k: $0.leaves[0], v: $0.leaves[0], firstKey: $0.integers[0], size)
      })
  }
}
