import Autodiff

/// embedding: repeated ids, negative ids, none at all, and more rows than entries.
enum EmbeddingRows {
  static var cases: [OperationCase] {
    let many: [Int32] = (0..<700).map { (i: Int32) -> Int32 in i % 11 == 0 ? -3 : i * 37 % 90 }
    return [
      embedding("one", entries: 1, columns: 1, ids: [0]),
      embedding("no ids", entries: 4, columns: 3, ids: []),
      embedding("in order", entries: 4, columns: 3, ids: [0, 1, 2, 3]),
      embedding("repeated", entries: 5, columns: 3, ids: [4, 1, 4, 4, 0, 1]),
      embedding("negative", entries: 5, columns: 3, ids: [-1, 2, -100, 2, Int32.min]),
      embedding("all negative", entries: 2, columns: 5, ids: [-1, -1]),
      embedding("no entries", entries: 0, columns: 3, ids: [-1, -2]),
      embedding("selection of rows", entries: 9, columns: 7, ids: [8, 0, 3]),
      embedding("many", entries: 90, columns: 129, ids: many),
    ]
  }

  static func embedding(_ title: String, entries: Int, columns: Int, ids: [Int32]) -> OperationCase {
    OperationCase(
      operation: "embedding", title: title, leaves: [.init([entries, columns])], integers: [ids],
      terms: max(1, ids.count / 8),
      build: { g, x, ids, _ in g.embedding(x[0], ids: ids[0]) },
      twin: { input in
        input.integers[0].flatMap { id in
          (0..<columns).map { id < 0 ? 0 : input.leaves[0][Int(id) * columns + $0] }
        }
      })
  }
}
