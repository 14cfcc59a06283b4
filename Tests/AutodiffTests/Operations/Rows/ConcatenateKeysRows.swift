import Autodiff

/// concatenateKeys: batches, parts of different lengths, and one part twice.
enum ConcatenateKeysRows {
  static var cases: [OperationCase] {
    [
      concatenated(batch: 0, lengths: [1, 2], width: 3), concatenated(batch: 2, lengths: [0, 0], width: 3),
      concatenated(batch: 1, lengths: [1], width: 1), concatenated(batch: 2, lengths: [3, 1], width: 5),
      concatenated(batch: 3, lengths: [5, 0, 17, 2], width: 7), twice,
    ]
  }

  private static func concatenated(batch: Int, lengths: [Int], width: Int) -> OperationCase {
    let leaves = lengths.map { OperationCase.Leaf([batch * $0, width]) }
    return OperationCase(
      operation: "concatenateKeys", title: "\(batch) × \(lengths) rows of \(width)", leaves: leaves,
      integers: [], terms: 1, build: { g, x, _, _ in g.concatenateKeys(x, batch: batch) },
      twin: { twin($0.leaves, batch: batch, counts: lengths.map { $0 * width }) })
  }

  private static func twin(_ leaves: [[Double]], batch: Int, counts: [Int]) -> [Double] {
    var y: [Double] = []
    for sequence in 0..<batch {
      for (leaf, count) in zip(leaves, counts) { y += leaf[sequence * count..<(sequence + 1) * count] }
    }
    return y
  }

  private static var twice: OperationCase {
    OperationCase(
      operation: "concatenateKeys", title: "x, x", leaves: [.init([3, 3])], integers: [], terms: 2,
      build: { g, x, _, _ in g.concatenateKeys([x[0], x[0]], batch: 1) },
      twin: { $0.leaves[0] + $0.leaves[0] })
  }
}
