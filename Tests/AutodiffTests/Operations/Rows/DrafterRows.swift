import Autodiff
import TestSupport

/// concatenateColumns, detach, smoothL1Loss, weightedCrossEntropy, and likeliest tokens: what drafters that read hidden states are made of.
enum DrafterRows {
  static var cases: [OperationCase] {
    [
      concatenated(rows: 0, widths: [2, 3]), concatenated(rows: 1, widths: [1]),
      concatenated(rows: 3, widths: [5, 0, 2]), concatenated(rows: 419, widths: [31, 64, 7]), twice,
      detached([0, 3]), detached([1, 1]), detached([3, 5]), detached([257, 13]),
      smoothL1("no rows", labels: [], width: 3), smoothL1("one", labels: [2], width: 1),
      smoothL1("masked", labels: [-1, 4, 0, -7], width: 5),
      smoothL1("none counts", labels: [-1, -1], width: 3),
      smoothL1("many", labels: [Int32](repeating: 1, count: 65) + [-1, 0], width: 137),
      weighted(rows: 0, classes: 2), weighted(rows: 1, classes: 1), weighted(rows: 4, classes: 2),
      weighted(rows: 37, classes: 3), weighted(rows: 1031, classes: 71),
      choice(rows: 0, width: 2, places: [0]), choice(rows: 1, width: 1, places: [1]),
      choice(rows: 4, width: 5, places: [2, -1, 0, 1, -1, 1, 0]),
      choice(rows: 301, width: 9, places: (0..<83).map { Int32($0 % 5) - 1 }),
      picked([3], []), picked([5], [0]), picked([4, -7, 9], [2, -1, 0, 2, Int32.min]),
      picked((0..<90).map { $0 * 7 % 90 }, (0..<131).map { Int32($0 % 97) - 7 }),
    ]
  }

  private static func concatenated(rows: Int, widths: [Int]) -> OperationCase {
    OperationCase(
      operation: "concatenateColumns", title: "\(rows) rows of \(widths)",
      leaves: widths.map { .init([rows, $0]) }, integers: [], terms: 1,
      build: { g, x, _, _ in g.concatenateColumns(x) },
      twin: { input in
        var y: [Double] = []
        for row in 0..<rows {
          for (leaf, width) in zip(input.leaves, widths) { y += leaf[row * width..<(row + 1) * width] }
        }
        return y
      })
  }

  private static var twice: OperationCase {
    OperationCase(
      operation: "concatenateColumns", title: "x, x", leaves: [.init([3, 3])], integers: [], terms: 2,
      build: { g, x, _, _ in g.concatenateColumns([x[0], x[0]]) },
      twin: { input in
        var y: [Double] = []
        for row in 0..<3 { for _ in 0..<2 { y += input.leaves[0][row * 3..<row * 3 + 3] } }
        return y
      })
  }

  /// Forward only: `DetachTests` shows that nothing flows back.
  private static func detached(_ shape: Shape) -> OperationCase {
    OperationCase(
      operation: "detach", title: "\(shape)", leaves: [.init(shape, isLearned: false)], integers: [],
      terms: 1, kind: .inference, build: { g, x, _, _ in g.detach(x[0]) }, twin: { $0.leaves[0] })
  }

  /// Differences on both sides of 1, where the loss changes from a square to a line.
  private static func smoothL1(_ title: String, labels: [Int32], width: Int) -> OperationCase {
    OperationCase(
      operation: "smoothL1Loss", title: title,
      leaves: [
        .init([labels.count, width]), .init([labels.count, width], isLearned: false),
        .init([1], isLearned: false, sample: { _, _ in [0.61] }),
      ], integers: [labels], terms: max(1, labels.count * width / 8), kind: .loss(scaleLeaf: 2),
      build: { g, x, integers, _ in
        g.smoothL1Loss(x[0], target: x[1], labels: integers[0], scale: x[2])
      },
      twin: { input in
        var sum = 0.0
        for (row, label) in input.integers[0].enumerated() where label >= 0 {
          for c in row * width..<(row + 1) * width {
            let d = abs(input.leaves[0][c] - input.leaves[1][c])
            sum += (d < 1 ? d * d / 2 : d - 0.5) / Double(width)
          }
        }
        return [sum]
      })
  }

  /// Every fifth row has no weight at all.
  private static func weighted(rows: Int, classes: Int) -> OperationCase {
    OperationCase(
      operation: "weightedCrossEntropy", title: "\(rows) rows of \(classes)",
      leaves: [
        .init([rows, classes]),
        .init(
          [rows, classes], isLearned: false,
          sample: { numbers, count in
            numbers.normals(count).enumerated().map { $0 / classes % 5 == 4 ? 0 : abs($1) }
          }),
        .init([1], isLearned: false, sample: { _, _ in [0.61] }),
      ], integers: [], terms: max(1, rows * classes / 8), kind: .loss(scaleLeaf: 2),
      build: { g, x, _, _ in g.weightedCrossEntropy(x[0], weights: x[1], scale: x[2]) },
      twin: { input in
        var sum = 0.0
        for row in 0..<rows {
          let range = row * classes..<(row + 1) * classes
          let logSum = Scalar.logSumExp(Array(input.leaves[0][range]))
          for c in range { sum += input.leaves[1][c] * (logSum - input.leaves[0][c]) }
        }
        return [sum]
      })
  }

  /// Integers are seen as the rows of a table that they pick, zeros where they are negative.
  private static func choice(rows: Int, width: Int, places: [Int32]) -> OperationCase {
    OperationCase(
      operation: "headChoice", title: "\(rows) rows, \(places.count) tokens",
      leaves: [
        .init([rows, width], isLearned: false), .init([places.count, width], isLearned: false),
        .init([5, 1], isLearned: false),
      ], integers: [places], terms: 1, kind: .inference,
      build: { g, x, integers, _ in
        g.embedding(x[2], ids: g.headChoice(x[0], x[1], places: integers[0]))
      },
      twin: { input in
        let logits = Scalar.product(
          input.leaves[0], input.leaves[1], width: width, rows: rows, outputs: places.count)
        return (0..<rows).map { row in
          let own = logits[row * places.count..<(row + 1) * places.count]
          let best = own.max().flatMap { own.firstIndex(of: $0) } ?? own.startIndex
          let place = input.integers[0][best - own.startIndex]
          return place < 0 ? 0 : input.leaves[2][Int(place)]
        }
      })
  }

  private static func picked(_ values: [Int32], _ ids: [Int32]) -> OperationCase {
    let entries = Int(values.max() ?? 0) + 1
    return OperationCase(
      operation: "pickIntegers", title: "\(ids.count) of \(values.count)",
      leaves: [.init([entries, 1], isLearned: false)], integers: [values, ids], terms: 1, kind: .inference,
      build: { g, x, integers, _ in g.embedding(x[0], ids: g.pickIntegers(integers[0], ids: integers[1])) },
      twin: { input in
        input.integers[1].map { id in
          let value = id < 0 ? -1 : input.integers[0][Int(id)]
          return value < 0 ? 0 : input.leaves[0][Int(value)]
        }
      })
  }
}
